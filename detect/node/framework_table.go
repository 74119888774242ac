package node

// table are the frameworks, one function each, in the order in which they are tried: what
// stands on something else stands before it.
var table = []func(*pkg) (framework, bool, error){
	next, nuxt, analog, nitro, svelteKit, astro, reactRouter, qwik, gatsby, docusaurus, vitepress, adonis, strapi, nest,
	meteor, angular, expo, createReactApp, vueCLI, vite, builtPage, eleventy, webpackPage, storybook, servedFolder, functions,
}
