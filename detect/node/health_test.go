package node

import "testing"

// TestHealth: the address that sources give a health check, or a first page.
func TestHealth(t *testing.T) {
	for source, want := range map[string]string{
		"app.get('/health', (req, res) => res.send('ok'))":                                   "/health",
		"fastify.get('/healthz', async () => 'ok')":                                          "/healthz",
		"fastify.route({ method: 'GET', url: '/health', handler })":                          "/health",
		"server.route({ method: 'GET', path: '/healthcheck', handler })":                     "/healthcheck",
		"const app = new Hono()\napp.get('/livez', (c) => c.text('ok'))":                     "/livez",
		"router.get('/health', (ctx) => { ctx.body = 'ok' })\napp.use(router.routes())":      "/health",
		"router.get('/health', handler)\napp.use('/v1', router)":                             "",
		"router.get('/health', () => 'ok')\nfastify.register(routes, { prefix: '/api/v2' })": "",
		"@Controller('health')\nexport class H { @Get() check() {} }":                        "/health",
		"app.setGlobalPrefix('api')\n@Controller('health')\nclass H { @Get() check() {} }":   "/api/health",
		"app.enableVersioning()\n@Controller('health')\nclass H { @Get() check() {} }":       "",
		"app.get('/', (req, res) => res.send('hello'))":                                      "/",
		"app.get('/', page)\napp.get('/ping', pong)":                                         "/ping",
		"router.get('/', list)": "",
		"router.get('/', check)\napp.use('/health-check', router)": "/health-check",
		"const paths = ['/health']":                                "",
	} {
		f := &facts{}
		f.read("a.ts", tokens([]byte(source)))
		if got := f.health().Value; got != want {
			t.Errorf("%s\n got %q\nwant %q", source, got, want)
		}
	}
}
