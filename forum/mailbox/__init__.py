"""A mailbox for development: mail is written to files and read at /dev/mail/. It does not exist in production."""
