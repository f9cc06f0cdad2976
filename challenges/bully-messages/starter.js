// What do you send?
function messages(node, event) {
  return [];
}
