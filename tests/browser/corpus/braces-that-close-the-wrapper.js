// allowed: syntax-error
}); postMessage(['end', '{"ran":[]}']); (function () {
