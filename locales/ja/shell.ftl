app-name = 関門
