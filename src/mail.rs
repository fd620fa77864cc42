//! Mail: a letter written in its reader's language, and the mail server or folder that takes it.
