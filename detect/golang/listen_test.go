package golang

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/fact"
)

// TestHosts: which settings say on which address the program itself listens.
func TestHosts(t *testing.T) {
	flag := func(name, value string) setting { return setting{name: name, flag: "--" + name, value: value} }
	env := func(name, value string) setting { return setting{name: name, env: name, value: value} }
	for name, test := range map[string]struct {
		port setting
		all  []setting
		want []string
	}{
		"a flag beside":               {flag("port", "8080"), []setting{flag("address", "127.0.0.1")}, []string{"address"}},
		"an address of a listener":    {env("APP_PORT", "3000"), []setting{env("APP_LISTEN_IP", "127.0.0.1"), env("APP_LISTEN_IPV4", "127.0.0.1")}, []string{"APP_LISTEN_IP", "APP_LISTEN_IPV4"}},
		"the name of the port":        {env("APP_PORT", "3000"), []setting{env("APP_HOST", "localhost"), env("SEARCH_HOST", "localhost")}, []string{"APP_HOST"}},
		"fields":                      {setting{name: "Server.Port", value: "8080"}, []setting{{name: "Server.Bind", value: "localhost"}, {name: "Database.Host", value: "localhost"}}, []string{"Server.Bind"}},
		"another service's":           {flag("listen", "8081"), []setting{flag("host", "localhost"), flag("port", "5432"), flag("bind", "localhost")}, []string{"bind"}},
		"any address":                 {flag("port", "8080"), []setting{flag("host", "0.0.0.0")}, nil},
		"a variable beside a literal": {setting{name: "Server.Port", value: "8080"}, []setting{flag("host", "localhost"), env("HTTP_HOST", "localhost")}, []string{"HTTP_HOST"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &sources{settings: append(test.all, test.port)}
			for i := range s.settings {
				s.settings[i].at = fact.At("config.go", i+1, "")
			}
			var got []string
			for _, set := range s.hosts(s.settings[len(test.all)]) {
				got = append(got, set.name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
