app-name = Kanmon
