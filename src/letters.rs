//! The post room: every letter with its state and the mail server's answer.
