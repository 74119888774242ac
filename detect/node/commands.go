package node

import (
	"path"
	"slices"
	"strings"
)

// isMigration reports whether a command brings a database up to date.
func isMigration(argv []string) bool {
	line := strings.Join(argv, " ")
	for _, part := range []string{"prisma migrate", "prisma db push", "prisma db seed", "db:migrate", "migrate:latest", "migration:run", "drizzle-kit migrate", "drizzle-kit push", "migrate:up", "migrate up", "node-pg-migrate", "migrate-mongo", "db:seed", "strapi migrate", "payload migrate", "medusa db:migrate", "mikro-orm migration"} {
		if strings.Contains(line, part) {
			return true
		}
	}
	return false
}

// deployers make images or hand the program to a platform, which the build of an image cannot do.
var deployers = []string{
	"docker", "docker-compose", "podman", "buildah", "kubectl", "helm", "sls", "serverless", "sst", "sam", "cdk", "terraform", "gcloud", "aws", "az", "eb", "fly", "flyctl", "heroku", "vercel", "now", "netlify",
	"wrangler", "firebase", "surge", "gh-pages", "clasp", "shipit", "func", "swa",
}

// isDeploy reports whether a command makes an image or deploys the program.
func isDeploy(argv []string) bool {
	if len(argv) == 0 || !slices.Contains(deployers, path.Base(argv[0])) {
		return false
	}
	return path.Base(argv[0]) != "wrangler" || !slices.Contains(argv, "types") // which writes declarations
}

// builders are programs that make files and end.
var builders = []string{
	"tsc", "tsup", "webpack", "webpack-cli", "rollup", "esbuild", "babel", "swc", "tsc-alias", "ncc", "pkgroll", "unbuild", "tsdown", "rspack", "rsbuild", "resolve-tspaths", "tsc-multi",
	"nps", "parcel", "gulp", "grunt", "browserify", "sass", "postcss", "tailwindcss", "vue-tsc", "graphql-codegen", "prisma", "copyfiles", "cpx", "cpy", "tspath", "turbo", "nx", "lerna", "moon",
}

// subcommands are those of programs that also serve, with which they build.
var subcommands = []string{"build", "generate", "export", "prepare", "sync", "compile"}

func isBuild(argv []string) bool {
	if len(argv) == 0 {
		return false
	}
	name := path.Base(argv[0])
	if slices.Contains(subcommands, subcommandOf(argv)) {
		return true
	}
	if slices.ContainsFunc(argv, func(a string) bool { return a == "--watch" || a == "-w" || a == "serve" || a == "watch" }) {
		return false
	}
	return slices.Contains(builders, name)
}

// subcommandOf is the first word after the program that is no option or its value: build of
// vite --config client/vite.config.ts build.
func subcommandOf(argv []string) string {
	for i := 1; i < len(argv); i++ {
		switch {
		case !strings.HasPrefix(argv[i], "-"):
			return argv[i]
		case !strings.Contains(argv[i], "=") && i+2 < len(argv) && !strings.HasPrefix(argv[i+1], "-") && !slices.Contains(subcommands, argv[i+1]):
			i++
		}
	}
	return ""
}

// isHousekeeping reports whether a command has nothing to do in a fresh image.
func isHousekeeping(argv []string) bool {
	if len(argv) == 0 {
		return true
	}
	switch path.Base(argv[0]) {
	case "node": // node -e "fs.rmSync('dist')"
		return len(argv) == 3 && (argv[1] == "-e" || argv[1] == "--eval") && (strings.Contains(argv[2], "rm") || strings.Contains(argv[2], "unlink"))
	case "rm", "rimraf", "del", "del-cli", "shx", "mkdir", "mkdirp", "cp", "echo", "clear", "eslint", "prettier", "jest", "vitest", "mocha", "husky", "is-ci", "true", "kill-port", "sleep", "wait-on", "npm", "only-allow", "check-node-version", "standard", "biome", "lint-staged":
		return true
	}
	return false
}

// assetServers serve a page while it is written, or watch sources; none of them is a program to deploy.
var assetServers = []string{
	"vite", "webpack", "webpack-dev-server", "parcel", "gulp", "grunt", "rollup", "browser-sync", "live-server", "lite-server", "react-scripts", "vue-cli-service", "ng", "storybook", "start-storybook",
	"craco", "react-app-rewired", "snowpack", "esbuild", "tailwindcss", "postcss", "sass", "expo", "electron", "electron-forge", "electron-vite", "ionic", "cap", "react-native", "tsc", "tsup", "jest", "vitest", "cypress", "playwright",
	"eleventy", "docusaurus", "vitepress", "gatsby", "astro", "next", "nuxt", "nuxi", "turbo", "nx", "lerna", "moon", "concurrently", "npm-run-all", "run-p", "rspack", "rsbuild", "umi", "quasar", "hexo", "web-ext", "wxt", "plasmo", "mocha",
}
