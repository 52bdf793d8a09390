/** A plugin of markdown-it: a long name in a narrow column breaks behind a dot, a slash or an underscore, rather than anywhere. */
export function breakableCode(markdown) {
  const { code_inline: plain } = markdown.renderer.rules
  markdown.renderer.rules.code_inline = (...args) => {
    const [, open, code, close] = /^(<code[^>]*>)(.*)(<\/code>)$/s.exec(plain(...args)) ?? []
    return open + code.replace(/[._/](?=[A-Za-z[{])/g, '$&<wbr>') + close
  }
}
