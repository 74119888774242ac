package node

import (
	"fmt"
	"testing"
)

// TestFixedPort: a port that an object holds is the program's where a call that listens is given it by name.
// Each file of a program is one string.
func TestFixedPort(t *testing.T) {
	for _, c := range []struct {
		want  int
		files []string
	}{
		{8124, []string{"module.exports = { server: { port: 8124 } }", "app.listen(config.server.port)"}},
		{8124, []string{"export default { port: 8124 }", "app.listen({ port: config.port, host: config.host })"}},
		{3000, []string{"app.set('port', 3000)\nhttp.createServer(app).listen(app.get('port'))"}},
		{9000, []string{"module.exports = { port: 9000, identd: { port: 113 } }", "server.listen({ port: config.port })", "net.createServer().listen(config.identd.port)"}},
		{8080, []string{"export default { http: { port: 8080 }, admin: { port: 8081 } }", "a.listen(config.http.port)\nb.listen(config.admin.port)"}},
		{0, []string{"export default { one: { port: 8080 }, two: { port: 8081 } }", "a.listen(config.one.port)\nb.listen(config.two.port)"}},
		{0, []string{"export default { redis: { port: 6379 } }", "app.listen(config.port)"}},
		{0, []string{"const smtp = { host: 'x', port: 5870, user: 'a', password: p }", "app.listen(config.port)"}},
		{0, []string{"connect({ port: 5672 })", "app.listen(port)"}},
		{0, []string{"export default { port: 8124 }", "app.listen(address)"}},
	} {
		f := &facts{}
		for i, text := range c.files {
			f.read(fmt.Sprint(i, ".js"), tokens([]byte(text)))
		}
		if got := f.port().Value; got != c.want {
			t.Errorf("%q: got %d, want %d", c.files, got, c.want)
		}
	}
}
