package node

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5/memfs"
	"github.com/go-git/go-billy/v5/util"
	"golang.org/x/tools/txtar"

	"github.com/dockgen/dockgen/internal/repo"
)

// TestFrameworks: what the package.json and the configuration files of each framework come to.
func TestFrameworks(t *testing.T) {
	for _, c := range []struct{ name, scripts, deps, files, want string }{
		{"next", `"build":"next build","start":"next start"`, `"next":"16.4.6"`, "-- next.config.ts --\nexport default { poweredByHeader: false }\n", "Next.js server [server.js] .next/standalone>. .next/static>.next/static +NEXT_PRIVATE_STANDALONE"},
		{"next standalone with public", `"build":"next build"`, `"next":"^14"`, "-- next.config.js --\nmodule.exports = { output: 'standalone', distDir: 'out' }\n-- public/a.txt --\n", "Next.js server [server.js] out/standalone>. out/static>out/static public>public"},
		{"next export", `"build":"next build"`, `"next":"15"`, "-- next.config.mjs --\nexport default withMDX({ output: 'export', basePath: '/docs' })\n", "Next.js page out /docs/ 404 _next/static"},
		{"next 12", `"build":"next build","start":"next start"`, `"next":"12.1.0"`, "", "Next.js server [node_modules/next/dist/bin/next start] package.json>package.json .next>.next modules"},
		{"next with a server", `"build":"next build","start":"node server.js"`, `"next":"15"`, "-- server.js --\n", "Next.js server [] modules"},
		{"nuxt", `"build":"nuxt build"`, `"nuxt":"^4"`, "", "Nuxt server [.output/server/index.mjs] .output>.output"},
		{"nuxt generate", `"build":"nuxt generate"`, `"nuxt":"^4"`, "", "Nuxt page .output/public >200.html _nuxt"},
		{"nuxt elsewhere", `"build":"nuxt build"`, `"nuxt":"^3"`, "-- nuxt.config.ts --\nexport default defineNuxtConfig({ nitro: { preset: 'vercel' } })\n", "Nuxt server [.output/server/index.mjs] .output>.output refused"},
		{"sveltekit node", `"build":"vite build"`, `"@sveltejs/kit":"^2"`, "-- svelte.config.js --\nimport adapter from '@sveltejs/adapter-node'\nexport default { kit: { adapter: adapter({ out: 'server' }) } }\n", "SvelteKit server [server/index.js] package.json>package.json server>server modules"},
		{"sveltekit static in vite.config", `"build":"vite build"`, `"@sveltejs/kit":"^2.63"`, "-- vite.config.ts --\nimport adapter from '@sveltejs/adapter-static'\nimport { sveltekit } from '@sveltejs/kit/vite'\nexport default defineConfig({ plugins: [sveltekit({ adapter: adapter({ fallback: '200.html' }) })] })\n", "SvelteKit page build >200.html _app/immutable"},
		{"sveltekit auto", `"build":"vite build"`, `"@sveltejs/kit":"^2"`, "-- svelte.config.js --\nimport adapter from '@sveltejs/adapter-auto'\nconst config = { kit: { adapter: adapter() } }\nexport default config\n", "SvelteKit server [build/index.js] package.json>package.json build>build modules +GCP_BUILDPACKS"},
		{"sveltekit vercel", `"build":"vite build"`, `"@sveltejs/kit":"^2"`, "-- svelte.config.js --\nimport vercel from '@sveltejs/adapter-vercel'\nexport default { kit: { adapter: vercel() } }\n", "SvelteKit server [build/index.js] package.json>package.json build>build modules refused"},
		{"astro", `"build":"astro build"`, `"astro":"^7"`, "-- astro.config.mjs --\nexport default defineConfig({ base: '/x', outDir: './out' })\n", "Astro page out /x/ 404 _astro"},
		{"astro node", `"build":"astro build"`, `"astro":"^7"`, "-- astro.config.mjs --\nimport node from '@astrojs/node'\nexport default defineConfig({ output: 'server', adapter: node({ mode: 'standalone' }) })\n", "Astro server [dist/server/entry.mjs] package.json>package.json dist>dist modules"},
		{"react router", `"build":"react-router build","start":"react-router-serve ./build/server/index.js"`, `"@react-router/dev":"^8","@react-router/serve":"^8"`, "", "React Router server [node_modules/@react-router/serve/bin.cjs build/server/index.js] package.json>package.json build>build modules"},
		{"react router page", `"build":"react-router build"`, `"@react-router/dev":"^7"`, "-- react-router.config.ts --\nexport default { ssr: false } satisfies Config\n", "React Router page build/client >index.html assets"},
		{"remix classic", `"build":"remix build","start":"remix-serve ./build/index.js"`, `"@remix-run/dev":"^2","@remix-run/serve":"^2"`, "", "Remix server [node_modules/@remix-run/serve/dist/cli.js build/index.js] package.json>package.json build>build public>public modules"},
		{"tanstack start", `"build":"vite build"`, `"@tanstack/react-start":"1","nitro":"3"`, "-- vite.config.ts --\nimport { nitro } from 'nitro/vite'\nexport default defineConfig({ plugins: [nitro()] })\n", "TanStack Start server [.output/server/index.mjs] .output>.output"},
		{"tanstack start with its own nitro", `"build":"vite build","start":"node .output/server/index.mjs"`, `"@tanstack/react-start":"1.121.7"`, "", "TanStack Start server [.output/server/index.mjs] .output>.output"},
		{"tanstack start alone", `"build":"vite build"`, `"@tanstack/react-start":"1"`, "", "TanStack Start server [node_modules/srvx/bin/srvx.mjs --prod -s ../client dist/server/server.js] package.json>package.json dist>dist modules"},
		{"qwik with express", `"build":"qwik build","start":"vite --mode ssr"`, `"@builder.io/qwik-city":"1.17.0","express":"5"`, "-- adapters/express/vite.config.ts --\n", "Qwik server [server/entry.express.js] package.json>package.json dist>dist server>server modules"},
		{"qwik static", `"build":"qwik build"`, `"@builder.io/qwik-city":"1.17.0"`, "-- adapters/static/vite.config.ts --\n", "Qwik page dist 404 build"},
		{"qwik alone", `"build":"qwik build","start":"vite --open --mode ssr"`, `"@builder.io/qwik-city":"1.17.0"`, "", "Qwik server [] modules refused"},
		{"solid start 2", `"build":"vite build"`, `"@solidjs/start":"2.0.5"`, "-- vite.config.ts --\nimport { solidStart } from '@solidjs/start/config'\nexport default defineConfig({ plugins: [solidStart()] })\n", "SolidStart server [node_modules/srvx/bin/srvx.mjs --prod -s ../client dist/server/entry-server.js] package.json>package.json dist>dist modules"},
		{"solid start 2 with nitro", `"build":"vite build"`, `"@solidjs/start":"2.0.5"`, "-- vite.config.ts --\nimport { solidStart } from '@solidjs/start/config'\nimport { nitroV2Plugin } from '@solidjs/vite-plugin-nitro-2'\nexport default defineConfig({ plugins: [solidStart(), nitroV2Plugin()] })\n", "SolidStart server [.output/server/index.mjs] .output>.output"},
		{"solid start", `"build":"vinxi build"`, `"@solidjs/start":"1","vinxi":"0.5"`, "", "SolidStart server [.output/server/index.mjs] .output>.output"},
		{"angular", `"build":"ng build"`, `"@angular/core":"^22"`, "-- angular.json --\n{\"projects\":{\"shop\":{\"architect\":{\"build\":{\"builder\":\"@angular/build:application\",\"options\":{}}}}}}\n", "Angular page dist/shop/browser >index.html names"},
		{"angular ssr", `"build":"ng build"`, `"@angular/core":"^22"`, "-- angular.json --\n{\"projects\":{\"shop\":{\"architect\":{\"build\":{\"builder\":\"@angular/build:application\",\"options\":{\"outputMode\":\"server\",\"ssr\":{\"entry\":\"src/server.ts\"}}}}}}}\n", "Angular server [dist/shop/server/server.mjs] package.json>package.json dist/shop>dist/shop modules"},
		{"angular browser", `"build":"ng build"`, `"@angular/core":"^11"`, "-- angular.json --\n{\"projects\":{\"shop\":{\"architect\":{\"build\":{\"builder\":\"@angular-devkit/build-angular:browser\",\"options\":{\"outputPath\":\"out\",\"baseHref\":\"/s/\"}}}}}}\n", "Angular page out /s/ >index.html names md4"},
		{"angular with two applications", `"build":"ng build"`, `"@angular/core":"^22"`, "-- angular.json --\n{\"projects\":{\"a\":{\"architect\":{\"build\":{\"builder\":\"@angular/build:application\"}}},\"b\":{\"architect\":{\"build\":{\"builder\":\"@angular/build:application\"}}}}}\n", "Angular page dist refused"},
		{"angular with the package's name", `"build":"ng build"`, `"@angular/core":"^22"`, "-- angular.json --\n{\"projects\":{\"a\":{\"architect\":{\"build\":{\"builder\":\"@angular/build:application\"}}},\"app\":{\"architect\":{\"build\":{\"builder\":\"@angular/build:application\"}}}}}\n", "Angular page dist/app/browser >index.html names"},
		{"vite", `"build":"tsc -b && vite build"`, `"vite":"^8"`, "-- index.html --\n", "Vite page dist >index.html assets"},
		{"vite configured", `"build":"vite build"`, `"vite":"^8"`, "-- web/index.html --\n-- vite.config.ts --\nexport default defineConfig(() => ({ root: 'web', base: '/app/', build: { outDir: path.resolve(__dirname, 'out'), assetsDir: 'a' } }))\n", "Vite page out /app/ >index.html a"},
		{"vite-ssg", `"build":"vite-ssg build"`, `"vite":"^8","vite-ssg":"28"`, "-- index.html --\n", "Vite page dist >index.html assets"},
		{"vite with a server", `"build":"vite build","start":"node server.js"`, `"vite":"^8","express":"5"`, "-- index.html --\n-- server.js --\n", "none"},
		{"vite library", `"build":"vite build"`, `"vite":"^8"`, "-- index.html --\n-- vite.config.js --\nexport default { build: { lib: { entry: 'a.js' } } }\n", "none"},
		{"cra", `"build":"react-scripts build","start":"react-scripts start"`, `"react-scripts":"4.0.3"`, "", "Create React App page build >index.html static md4"},
		{"cra moved", `"build":"rm -rf dist && react-scripts build && mv build dist"`, `"react-scripts":"4.0.3"`, "", "Create React App page dist >index.html static md4"},
		{"vue cli", `"build":"vue-cli-service build","serve":"vue-cli-service serve"`, `"@vue/cli-service":"~5.0.0"`, "-- vue.config.js --\nmodule.exports = { publicPath: '/v/', outputDir: 'www' }\n", "Vue CLI page www /v/ >index.html names"},
		{"gatsby", `"build":"gatsby build"`, `"gatsby":"^5"`, "", "Gatsby page public 404 static names"},
		{"docusaurus", `"build":"docusaurus build"`, `"@docusaurus/core":"3"`, "-- docusaurus.config.ts --\nconst config: Config = { baseUrl: '/d/' };\nexport default config;\n", "Docusaurus page build /d/ 404 assets"},
		{"vitepress", `"docs:build":"vitepress build docs"`, `"vitepress":"1"`, "-- docs/.vitepress/config.mts --\nexport default defineConfig({ base: '/b/' })\n", "VitePress page docs/.vitepress/dist /b/ 404 assets"},
		{"eleventy", `"build":"eleventy"`, `"@11ty/eleventy":"3"`, "-- eleventy.config.js --\nmodule.exports = function (c) { c.addPlugin(x); return { dir: { input: 'src', output: 'dist' } } }\n", "Eleventy page dist 404"},
		{"parcel", `"build":"parcel build src/index.html --public-url /p"`, `"parcel":"2"`, "", "Parcel page dist /p/ >index.html names"},
		{"webpack", `"build":"webpack"`, `"webpack":"5","html-webpack-plugin":"5"`, "-- webpack.config.js --\nmodule.exports = { output: { path: path.resolve(__dirname, 'public/out'), filename: '[name].[contenthash].js' } }\n", "webpack page public/out >index.html names"},
		{"storybook", `"build-storybook":"storybook build -o sb"`, `"storybook":"10"`, "", "Storybook page sb assets"},
		{"expo", `"start":"expo start"`, `"expo":"54","react-native-web":"0.21"`, "-- app.json --\n{\"expo\":{\"web\":{\"output\":\"static\"}}}\n", "Expo page dist +not-found.html _expo/static"},
		{"adonis", `"build":"node ace build","start":"node bin/server.js"`, `"@adonisjs/core":"^6"`, "", "AdonisJS server [bin/server.js] build>. modules"},
		{"strapi", `"build":"strapi build","start":"strapi start"`, `"@strapi/strapi":"5"`, "", "Strapi server [node_modules/@strapi/strapi/bin/strapi.js start] modules"},
		{"served by serve", `"start":"serve -s public"`, `"serve":"14"`, "-- public/index.html --\n", "static files page public >index.html"},
		{"only tools", `"lint":"eslint ."`, ``, "-- index.html --\n", "static files page ."},
		{"an extension of astro", `"test":"vitest"`, `"astro":"7"`, "-- index.ts --\n", "none"},
		{"sources checked by astro", `"typecheck":"astro check"`, `"astro":"7"`, "-- index.ts --\n", "none"},
		{"a plug-in of next", ``, `"next":"16"`, "-- index.js --\n", "none"},
		{"functions", `"start":"sls offline","build":"tsc"`, `"serverless":"3"`, "-- serverless.yml --\nfunctions:\n  hello:\n    handler: src/hello/index.default\n-- src/hello/index.ts --\nexport default async () => {}\n-- src/index.ts --\n", "functions server [] refused"},
		{"functions of SAM", `"test":"jest"`, ``, "-- template.yaml --\nResources:\n  Hello:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: hello/, Handler: app.handler, Role: !GetAtt R.Arn}\n-- hello/app.js --\nexports.handler = f\n", "functions server [] refused"},
		{"a Cloudflare Worker", `"start":"wrangler dev"`, `"hono":"4"`, "-- wrangler.jsonc --\n{\"main\": \"./src/index.ts\"} // entry\n-- src/index.ts --\nexport default app\n", "functions server [] refused"},
		{"a Cloudflare Worker in TOML", `"dev":"wrangler dev"`, ``, "-- wrangler.toml --\nmain = \"src/index.ts\"\n-- src/index.ts --\nexport default app\n", "functions server [] refused"},
		{"Azure Functions", `"start":"func start","build":"tsc"`, `"@azure/functions":"4"`, "-- host.json --\n{}\n-- src/functions/hello.ts --\n", "functions server [] refused"},
		{"Azure Functions, each in a folder", `"start":"func start"`, ``, "-- host.json --\n{}\n-- hello/function.json --\n{}\n-- hello/index.js --\n", "functions server [] refused"},
		{"functions beside a server", `"start":"node server.js"`, ``, "-- serverless.yml --\nfunctions:\n  hello:\n    handler: index.handler\n-- index.js --\n-- server.js --\n", "none"},
		{"a server", `"start":"node index.js"`, `"express":"5"`, "-- index.js --\n", "none"},
	} {
		f, ok := detected(t, c.scripts, c.deps, c.files)
		if got := describe(f, ok); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func detected(t *testing.T, scripts, deps, files string) (framework, bool) {
	t.Helper()
	root := memfs.New()
	archive := txtar.Parse([]byte(files))
	archive.Files = append(archive.Files, txtar.File{Name: "package.json", Data: fmt.Appendf(nil, `{"name":"app","private":true,"scripts":{%s},"dependencies":{%s}}`, scripts, deps)})
	for _, f := range archive.Files {
		if err := util.WriteFile(root, f.Name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	v, err := repo.Open(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	m, err := readManifest(v, "package.json")
	if err != nil {
		t.Fatal(err)
	}
	p := &pkg{view: v, dir: ".", m: m, others: map[string]*pkg{}}
	for _, detector := range table {
		f, ok, err := detector(p)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			return f, true
		}
	}
	return framework{}, false
}

func describe(f framework, ok bool) string {
	if !ok {
		return "none"
	}
	words := []string{f.name}
	if f.site != nil {
		words = append(words, "page", f.site.Folder.Value, f.site.Base.Value)
		if f.site.Fallback.Value != "" {
			words = append(words, ">"+f.site.Fallback.Value)
		}
		words = append(words, strings.TrimSuffix(f.site.NotFound, "404.html")+map[bool]string{true: "404"}[f.site.NotFound == "404.html"])
		words = append(words, f.site.Hashed...)
		if f.site.HashedNames {
			words = append(words, "names")
		}
	} else {
		words = append(words, "server", fmt.Sprint(f.command))
		for _, c := range f.copies {
			words = append(words, c.from+">"+c.to)
		}
		if f.needsModules {
			words = append(words, "modules")
		}
	}
	for _, e := range f.buildEnv {
		if e.Name == "NEXT_PRIVATE_STANDALONE" || e.Name == "GCP_BUILDPACKS" {
			words = append(words, "+"+e.Name)
		}
	}
	if !f.legacyOpenSSL.IsZero() {
		words = append(words, "md4")
	}
	if f.refuse != nil {
		words = append(words, "refused")
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
