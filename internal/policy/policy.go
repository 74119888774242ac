// Package policy reads the rules of an organisation: where images come from, which
// are allowed, which digests they have, and the labels of what is built. init writes
// by it, and check holds any Dockerfile to it.
//
// The one odd rule: rules never widen what is possible. A policy that cannot be read
// in full is an error, never a policy with less in it.
package policy

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// Policy is the rules of an organisation. A nil policy allows all.
type Policy struct {
	registry string            // prefix of images of Docker Hub, and of hosts without a mirror
	mirrors  map[string]string // prefix by host
	allowed  []allowed         // none where all images are
	forbid   map[string]fact.Source
	digests  map[string]string // by image with its tag
	Labels   []Label           // sorted by key
	At       fact.Source       // the file
}

// Label is a label that each image must have.
type Label struct {
	Key   string
	Value string // "" where any will do: init cannot write it then
	At    fact.Source
}

type allowed struct {
	pattern string
	matches *regexp.Regexp
}

// Key is a key of a policy.
type Key struct {
	Name string
	Kind yaml.Kind
	Says string // for its page
}

// Keys are all keys, in the order in which the page has them.
var Keys = []Key{
	{"registry", yaml.ScalarNode, "Images of Docker Hub come from here: `golang:1.27` becomes `REGISTRY/golang:1.27`, and so does `# syntax=`. Images of other registries too, unless `mirrors` names theirs."},
	{"mirrors", yaml.MappingNode, "Where the images of other registries come from, by the name of the registry."},
	{"images", yaml.SequenceNode, "Only these images may be used, by their public names or by yours. `*` stands for any text. Without the key all may."},
	{"forbid-bases", yaml.SequenceNode, "Values of `--base` that nobody may choose. Where the automatic one is among them, the next that is possible is taken; `check` holds last stages to it."},
	{"digests", yaml.ScalarNode, "A file beside the policy with lines of an image with its tag, a space or `@`, and its digest; lines that begin with `#` are comments. The images get `@sha256:...`."},
	{"labels", yaml.MappingNode, "Labels that each image has. `\"\"` asks for a label with any value, which `init` cannot write and `check` still asks for."},
}

func keyNames() []string {
	var names []string
	for _, k := range Keys {
		names = append(names, k.Name)
	}
	return names
}

// Parse reads the text of a policy. The function reads the file that digests names.
func Parse(file string, text []byte, read func(name string) ([]byte, error)) (*Policy, error) {
	p := &Policy{mirrors: map[string]string{}, forbid: map[string]fact.Source{}, digests: map[string]string{}, At: fact.Source{File: file}}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, &diag.Error{At: p.At, What: "is not YAML", Err: errors.New(strings.TrimPrefix(err.Error(), "yaml: "))}
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, diag.At(p.At, "is no policy", strings.Join(keyNames(), ": ...\n")+": ...")
	}
	for key, value := range pairs(doc.Content[0]) {
		if err := p.add(file, key, value, read); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(p.Labels, func(a, b Label) int { return strings.Compare(a.Key, b.Key) })
	return p, nil
}

// Form is what a key takes, in words.
func (k Key) Form() string {
	return map[yaml.Kind]string{yaml.ScalarNode: "one word", yaml.SequenceNode: "a list", yaml.MappingNode: "a list of \"name: value\""}[k.Kind]
}

// pairs are the keys and values of a mapping.
func pairs(n *yaml.Node) func(func(k, v *yaml.Node) bool) {
	return func(yield func(k, v *yaml.Node) bool) {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i], n.Content[i+1]) {
				return
			}
		}
	}
}

func (p *Policy) add(file string, key, value *yaml.Node, read func(string) ([]byte, error)) error {
	at := fact.At(file, key.Line, key.Value)
	i := slices.IndexFunc(Keys, func(k Key) bool { return k.Name == key.Value })
	if i < 0 {
		try := diag.Nearest(key.Value, keyNames())
		if try == "" {
			try = strings.Join(keyNames(), ", ")
		}
		return &diag.Error{At: at, What: key.Value + " is no key of a policy", Try: try, Code: diag.Usage}
	}
	if value.Kind != Keys[i].Kind {
		return diag.At(at, "must be "+Keys[i].Form(), "")
	}
	for _, item := range value.Content {
		if item.Kind != yaml.ScalarNode {
			return diag.At(fact.At(file, item.Line, key.Value), key.Value+" must be one word", "")
		}
	}
	switch key.Value {
	case "registry":
		p.registry = strings.TrimSuffix(value.Value, "/")
		return prefix(at, p.registry)
	case "mirrors":
		for host, to := range pairs(value) {
			p.mirrors[host.Value] = strings.TrimSuffix(to.Value, "/")
			if err := prefix(fact.At(file, to.Line, "mirrors"), p.mirrors[host.Value]); err != nil {
				return err
			}
		}
	case "images":
		for _, item := range value.Content {
			p.allowed = append(p.allowed, allowed{item.Value, glob(item.Value)})
		}
	case "forbid-bases":
		for _, item := range value.Content {
			if !slices.Contains(detect.Bases[1:], item.Value) {
				return diag.At(fact.At(file, item.Line, key.Value), item.Value+" is no value of --base", strings.Join(detect.Bases[1:], ", "))
			}
			p.forbid[item.Value] = fact.At(file, item.Line, key.Value)
		}
	case "digests":
		return p.readDigests(at, value.Value, read)
	case "labels":
		for name, v := range pairs(value) {
			p.Labels = append(p.Labels, Label{name.Value, v.Value, fact.At(file, name.Line, "labels")})
			if !labelKey.MatchString(name.Value) || strings.ContainsFunc(v.Value, func(r rune) bool { return r < ' ' }) {
				return diag.At(fact.At(file, name.Line, "labels"), fmt.Sprintf("%q is not a label that a Dockerfile can hold", name.Value), "org.opencontainers.image.vendor: Example")
			}
		}
	}
	return nil
}

var (
	labelKey    = pattern.New(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`)
	plainPrefix = pattern.New(`^[A-Za-z0-9][A-Za-z0-9._:/-]*$`)
	digestLine  = pattern.New(`^(\S+)[ \t@]+(sha256:[0-9a-f]{64})$`)
)

func prefix(at fact.Source, value string) error {
	if !plainPrefix.MatchString(value) || !strings.ContainsAny(value, ".:") {
		return diag.At(at, fmt.Sprintf("%q is not the address of a registry", value), "registry.example.com/proxy")
	}
	return nil
}

// glob is a pattern in which * stands for any text.
func glob(text string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `.*`) + "$")
}

// readDigests reads lines of "image:tag sha256:..." (or with @ between them).
func (p *Policy) readDigests(at fact.Source, name string, read func(string) ([]byte, error)) error {
	text, err := read(name)
	if err != nil {
		return &diag.Error{At: at, What: name + " cannot be read", Err: err}
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m := digestLine.FindStringSubmatch(line)
		if m == nil {
			return diag.At(fact.At(name, n, ""), "is not an image and its digest", "alpine:3.24 sha256:...")
		}
		p.digests[m[1]] = m[2]
	}
	return lines.Err()
}

// Forbidden reports whether a value of --base is forbidden, and where.
func (p *Policy) Forbidden(base string) (fact.Source, bool) {
	if p == nil {
		return fact.Source{}, false
	}
	at, no := p.forbid[base]
	return at, no
}

// split is the registry of an image, docker.io where it names none, and the rest.
func split(ref string) (host, rest string) {
	first, after, more := strings.Cut(ref, "/")
	if more && (strings.ContainsAny(first, ".:") || first == "localhost") {
		return first, after
	}
	return "docker.io", ref
}

// Ref is an image as a Dockerfile has to name it: from the registry of the policy,
// with its digest.
func (p *Policy) Ref(image string) string {
	if p == nil || image == "" || image == "scratch" {
		return image
	}
	known := p.Original(image)
	ref := known
	host, rest := split(known)
	switch to, mirrored := p.mirrors[host]; {
	case mirrored:
		ref = to + "/" + rest
	case p.registry != "":
		ref = p.registry + "/" + rest
	}
	if digest, ok := p.Digest(known); ok {
		ref += "@" + digest
	}
	return ref
}

// Digest is what the policy pins an image to, by its public or its own name.
func (p *Policy) Digest(image string) (string, bool) {
	for name, digest := range p.digests {
		if p.Original(name) == image {
			return digest, true
		}
	}
	return "", false
}

// Original is the public name of an image that comes from the registry of the policy,
// without its digest.
func (p *Policy) Original(ref string) string {
	if p == nil {
		return ref
	}
	ref, _, _ = strings.Cut(ref, "@")
	for _, host := range slices.Sorted(maps.Keys(p.mirrors)) {
		if rest, ok := strings.CutPrefix(ref, p.mirrors[host]+"/"); ok {
			if host == "docker.io" {
				return strings.TrimPrefix(rest, "library/")
			}
			return host + "/" + rest
		}
	}
	if rest, ok := strings.CutPrefix(ref, p.registry+"/"); ok && p.registry != "" {
		return strings.TrimPrefix(rest, "library/")
	}
	return ref
}

// Allowed reports whether an image may be used, by its public or its own name.
func (p *Policy) Allowed(ref string) bool {
	if p == nil || len(p.allowed) == 0 || ref == "scratch" {
		return true
	}
	plain, _, _ := strings.Cut(ref, "@")
	return slices.ContainsFunc(p.allowed, func(a allowed) bool {
		return a.matches.MatchString(plain) || a.matches.MatchString(p.Original(ref)) || a.matches.MatchString(p.Ref(ref))
	})
}

// AllowedNames are the patterns of allowed images.
func (p *Policy) AllowedNames() []string {
	var names []string
	for _, a := range p.allowed {
		names = append(names, a.pattern)
	}
	return names
}
