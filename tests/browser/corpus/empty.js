// allowed: no-function
