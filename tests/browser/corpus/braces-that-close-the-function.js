// allowed: syntax-error
}} ; postMessage({ passed: true }) ; {
