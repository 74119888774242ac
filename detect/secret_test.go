package detect

import (
	"testing"

	"github.com/go-git/go-billy/v5/memfs"
	"github.com/go-git/go-billy/v5/util"

	"github.com/dockgen/dockgen/internal/repo"
)

// TestHoldsNoSecret: a file with the name of one that holds secrets is let through only where it shows
// that it holds none.
func TestHoldsNoSecret(t *testing.T) {
	for name, tt := range map[string]struct {
		file, text string
		want       bool
	}{
		"a certificate":               {"ca.pem", "-----BEGIN CERTIFICATE-----\nx\n", true},
		"a public key":                {"jwt.key", "-----BEGIN RSA PUBLIC KEY-----\nx\n", true},
		"a certificate and its key":   {"tls.pem", "-----BEGIN CERTIFICATE-----\nx\n-----BEGIN PRIVATE KEY-----\n", false},
		"OpenVPN's static key":        {"ta.key", "-----BEGIN OpenVPN Static key V1-----\n6acef\n", false},
		"a sample":                    {".env.production.template", "A=1\n", true},
		"texts":                       {"credentials.json", `{"title": "Credentials", "password": "Password", "hint": "Enter your password"}`, true},
		"a schema":                    {"credentials.schema.json", `{"type": "object", "properties": {"tokens": {"a": "pattern1"}, "password": {"type": "string", "minLength": 8}}}`, true},
		"a password":                  {"credentials.json", `{"credentials": {"user": "admin", "pass": "hunter2"}}`, false},
		"a password in an address":    {"credentials.json", `{"database": "postgres://root:hunter2@db/shop"}`, false},
		"a password of digits":        {"credentials.json", `{"password": 12345678}`, false},
		"tokens by their owners":      {"credentials.json", `{"tokens": {"ci": "ghp0123456789"}}`, false},
		"a list of keys":              {"credentials.json", `{"apiKeys": ["AKIA0123456789"]}`, false},
		"a login in base64":           {"credentials.json", `{"auth": "dXNlcjpwYXNz"}`, false},
		"what is not JSON after all":  {"credentials.json", `{"a": `, false},
		"names that only look secret": {"credentials.json", `{"compass": "north1", "author": "a1", "spinning": 4000}`, true},
	} {
		root := memfs.New()
		if err := util.WriteFile(root, tt.file, []byte(tt.text), 0o644); err != nil {
			t.Fatal(err)
		}
		v, err := repo.Open(t.Context(), root)
		if err != nil {
			t.Fatal(err)
		}
		if got := HoldsNoSecret(v, tt.file); got != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
