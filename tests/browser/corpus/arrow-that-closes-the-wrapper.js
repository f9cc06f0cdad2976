// allowed: syntax-error
}, () => {
