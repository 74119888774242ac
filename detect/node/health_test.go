package node

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"
)

// TestHealth: the address that sources give a health check, or a first page.
func TestHealth(t *testing.T) {
	for source, want := range map[string]string{
		"app.get('/health', (req, res) => res.send('ok'))":                                   "/health",
		"fastify.get('/healthz', async () => 'ok')":                                          "/healthz",
		"fastify.route({ method: 'GET', url: '/health', handler })":                          "/health",
		"server.route({ method: 'GET', path: '/healthcheck', handler })":                     "/healthcheck",
		"const app = new Hono()\napp.get('/livez', (c) => c.text('ok'))":                     "/livez",
		"router.get('/health', (ctx) => { ctx.body = 'ok' })\napp.use(router.routes())":      "/health",
		"router.get('/health', handler)\napp.use('/v1', router)":                             "/v1/health",
		"router.get('/health', () => 'ok')\nfastify.register(routes, { prefix: '/api/v2' })": "",
		"@Controller('health')\nexport class H { @Get() check() {} }":                        "/health",
		"app.setGlobalPrefix('api')\n@Controller('health')\nclass H { @Get() check() {} }":   "/api/health",
		"app.enableVersioning()\n@Controller('health')\nclass H { @Get() check() {} }":       "",
		"app.get('/', (req, res) => res.send('hello'))":                                      "/",
		"app.get('/', page)\napp.get('/ping', pong)":                                         "/ping",
		"router.get('/', list)": "",
		"router.get('/', check)\napp.use('/health-check', router)":                                                                     "/health-check",
		"registry.registerPath({ path: '/health' })\napp.use('/health', health)":                                                       "/health",
		"app.use('/health', (req, res) => res.end())\napp.use('/x', y)":                                                                "/health",
		"http.request({ host, port, timeout: 5, path: '/healthz' }, done)":                                                             "",
		"const paths = ['/health']":                                                                                                    "",
		"const api = axios.create()\napi.get('/health')":                                                                               "",
		"app.get('/health', requireAuth, handler)":                                                                                     "",
		"app.use(authenticate)\napp.get('/health', handler)":                                                                           "",
		"app.get('/health', handler)\napp.use(authenticate)":                                                                           "/health",
		"app.use('/api', authenticate, router)\nrouter.get('/health', h)":                                                              "",
		"app.use('/api', limiter, router)\nrouter.get('/health', h)":                                                                   "/api/health",
		"app.use(config.api.prefix, router)\nrouter.get('/health', h)":                                                                 "",
		"const API = '/api'\napp.use(API, router)\nrouter.get('/health', h)":                                                           "/api/health",
		"app.use(`${base}/v1`, router)\nrouter.get('/health', h)":                                                                      "",
		"const app = new Elysia({ prefix: '/api' }).get('/', list).get('/health', ok)":                                                 "/api/health",
		"const app = new Hono().basePath('/v1')\napp.get('/health', ok)":                                                               "/v1/health",
		"new Elysia().group('/v1', (app) => app.get('/ping', ok)).listen(3000)":                                                        "",
		"const app = new Elysia()\napp.group('/v1', (app) => app.get('/ping', ok)).listen(3000)":                                       "/v1/ping",
		"app.register(async (app) => { app.get('/health', ok) }, { prefix: '/api' })":                                                  "/api/health",
		"app.register(async (app) => { app.get('/x', ok) }, { prefix: '/api' })\napp.get('/health')":                                   "/health",
		"const router = new Router({ prefix: '/system' })\nrouter.get('/health', ok)\nconst app = new Koa()\napp.use(router.routes())": "/system/health",
		"const list = [{ path: '/v1', route: health }]\nlist.forEach((r) => { app.use(r.path, r.route) })\nhealth.get('/health', ok)":  "/v1/health",
	} {
		f := &facts{}
		f.read("a.ts", tokens([]byte(source)))
		if got := f.health().Value; got != want {
			t.Errorf("%s\n got %q\nwant %q", source, got, want)
		}
	}
}

// TestMounted: routers and plugins of other files answer below what they are mounted on.
func TestMounted(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"router": {map[string]string{
			"src/app.js":           "const routes = require('./routes')\nconst app = express()\napp.use('/api', routes)",
			"src/routes/index.js":  "const router = require('express').Router()\nrouter.use('/v1', require('./health'))\nmodule.exports = router",
			"src/routes/health.js": "const router = express.Router()\nrouter.get('/health', ok)\nmodule.exports = router",
		}, "/api/v1/health"},
		"router at its own address": {map[string]string{
			"src/app.ts":           "import healthRouter from '@/routes/health'\nconst app: express.Application = express()\napp.use('/health', healthRouter)",
			"src/routes/health.ts": "const router: Router = Router()\nrouter.get('/', ok)\nexport default router",
		}, "/health"},
		"by name": {map[string]string{
			"app.ts":    "import { users, status as health } from './routes.js'\nconst app = express()\napp.use('/users', users)\napp.use('/internal', health)",
			"routes.ts": "export const users = Router()\nexport const status = Router()\nstatus.get('/healthz', ok)",
		}, "/internal/healthz"},
		"through a file of exports": {map[string]string{
			"app.ts":           "import { health } from './routes'\nconst app = new Hono()\napp.route('/api', health)",
			"routes/index.ts":  "export { default as users } from './users'\nexport { default as health } from './health'",
			"routes/users.ts":  "const app = new Hono()\napp.get('/', list)\nexport default app",
			"routes/health.ts": "const app = new Hono()\napp.get('/health', ok)\nexport default app",
		}, "/api/health"},
		"part of an object of routers": {map[string]string{
			"server.js":        "const routes = require('./routes')\nconst app = express()\napp.use('/api/v2', routes.api)\napp.use('/', routes.pages)",
			"routes/index.js":  "module.exports = { api: require('./api'), pages: require('./pages') }",
			"routes/api.js":    "const health = require('./health')\nconst router = Router()\nrouter.use('/health', health)\nmodule.exports = router",
			"routes/pages.js":  "const router = Router()\nrouter.get('/', page)\nmodule.exports = router",
			"routes/health.js": "const router = Router()\nrouter.get('/', ok)\nmodule.exports = router",
		}, "/api/v2/health"},
		"several of a file": {map[string]string{
			"server.js":        "const routes = require('./routes')\nconst app = express()\napp.use('/api/v2', routes.api)\napp.use('/', routes.pages)",
			"routes/index.js":  "module.exports = require('./all')",
			"routes/all.js":    "const health = require('./health')\nconst apiRouter = Router()\nconst pageRouter = Router()\napiRouter.use('/health', health)\nmodule.exports = { api: apiRouter, pages: pageRouter }",
			"routes/health.js": "const router = Router()\nrouter.get('/', ok)\nmodule.exports = router",
		}, "/api/v2/health"},
		"part that something unseen mounts": {map[string]string{
			"server.ts": "import { list } from './list'\nconst app = new Elysia().use(swagger())\nfor (const part of [list]) app.group('/v1', (a) => part(a))\napp.listen(3000)",
			"list.ts":   "export const list = new Elysia()\nlist.get('/health', ok)",
		}, ""},
		"handed on by name": {map[string]string{
			"server.js":        "import { health } from './routes/index.js'\nconst app = express()\napp.use('/api', health)",
			"routes/index.js":  "import health from './health.js'\nexport { health }",
			"routes/health.js": "const router = Router()\nrouter.get('/health', ok)\nexport default router",
		}, "/api/health"},
		"handed": {map[string]string{
			"app.js":    "const app = express()\nconst router = express.Router()\napp.use('/api', router)\nrequire('./routes')(router)",
			"routes.js": "module.exports = (app) => { app.get('/health', ok) }",
		}, "/api/health"},
		"plugin": {map[string]string{
			"server.ts":        "import Fastify from 'fastify'\nconst server = Fastify({ logger: true })\nserver.register(health, { prefix: '/api' })\nimport health from './routes/health.js'",
			"routes/health.ts": "export default async function (fastify, opts) { fastify.get('/health', ok) }",
		}, "/api/health"},
		"plugin that is loaded on the spot": {map[string]string{
			"server.ts":        "const server = Fastify()\nserver.register(import('./routes/health.js'), { prefix: '/api' })",
			"routes/health.ts": "export default async function (fastify, opts) { fastify.route({ method: 'GET', url: '/health', handler }) }",
		}, "/api/health"},
		"plugin with a prefix that only running tells": {map[string]string{
			"server.ts":        "import health from './routes/health.js'\nconst server = Fastify()\nserver.register(health, { prefix: config.prefix })",
			"routes/health.ts": "export default async function (fastify, opts) { fastify.get('/health', ok) }",
		}, ""},
		"plugin that nothing is seen to register": {map[string]string{
			"server.ts":        "const server = Fastify()\nserver.register(users, { prefix: '/users' })\nfor (const r of all) server.register(r)",
			"routes/health.ts": "export default async function (fastify, opts) { fastify.get('/health', ok) }",
		}, ""},
		"folder of plugins": {map[string]string{
			"src/app.ts":                     "import AutoLoad from '@fastify/autoload'\nexport default async function (fastify, opts) {\nfastify.register(AutoLoad, { dir: join(__dirname, 'routes'), options: { prefix: '/v1' } })\n}",
			"src/routes/system/ping.ts":      "export default async (fastify) => { fastify.get('/ping', ok) }",
			"src/routes/system/deep/root.ts": "export default async (fastify) => { fastify.get('/', ok) }",
		}, "/v1/system/ping"},
		"what only describes an address": {map[string]string{
			"app.ts":    "import { health } from './health'\nconst app = express()\napp.use('/health-check', health)",
			"health.ts": "export const registry = new Registry()\nexport const health = express.Router()\nregistry.registerPath({ path: '/health-check' })\nhealth.get('/', ok)",
		}, "/health-check"},
	} {
		f := &facts{}
		for _, file := range slices.Sorted(maps.Keys(c.files)) {
			f.read(file, tokens([]byte(c.files[file])))
		}
		if got := f.health().Value; got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestMountedBound: files that hand each other on again and again end in bounded time.
func TestMountedBound(t *testing.T) {
	f := &facts{}
	var all string
	for i := range 60 {
		all += fmt.Sprintf("export * from './m%d'\n", i)
	}
	for i := range 60 {
		f.read(fmt.Sprintf("m%d.js", i), tokens([]byte(all+"const router = Router()\nrouter.use('/x', other)\nrouter.get('/health', ok)")))
	}
	f.read("app.js", tokens([]byte("import * as all from './m0'\nconst app = express()\napp.use('/api', all.router)\n"+all)))
	start := time.Now()
	f.health()
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}
