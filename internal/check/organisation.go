package check

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/policy"
	"github.com/dockgen/dockgen/templates"
)

// known makes the stages of a Dockerfile name images as the public does, so that
// the other rules know them behind the registry of a policy.
func (d *dockerfile) known(p *policy.Policy) {
	for _, s := range d.stages {
		if s.parent == nil && s.base != "" {
			s.written, s.base = s.base, p.Original(s.base)
		}
	}
}

// eachImage calls do for each image that a FROM, or a COPY --from, names.
func (c *checker) eachImage(do func(first, last int, image string)) {
	for _, s := range c.file.stages {
		if s.written != "" && s.written != "scratch" {
			do(s.line, s.line, s.written)
		}
		for _, p := range s.steps {
			if _, _, from, ok := p.copied(); ok && from != "" && c.file.named(from) == nil && !strings.Contains(from, "$") {
				do(p.first, p.last, from)
			}
		}
	}
}

// imageNotAllowed finds images that the policy does not allow, or wants from another
// registry.
func imageNotAllowed(c *checker) {
	if c.Policy == nil {
		return
	}
	c.eachImage(func(first, last int, image string) {
		plain, _, _ := strings.Cut(image, "@")
		want, _, _ := strings.Cut(c.Policy.Ref(image), "@")
		switch {
		case !c.Policy.Allowed(image):
			f := c.found(first, last, "one of "+strings.Join(c.Policy.AllowedNames(), ", "), "%s is not among the images that the policy allows", image)
			f.Because = []fact.Source{c.Policy.At}
		case plain != want:
			f := c.found(first, last, want, "the policy takes %s from its own registry", image)
			f.Because = []fact.Source{c.Policy.At}
		}
	})
	final := c.file.final()
	if at, no := c.Policy.Forbidden(variant(final.image())); no && !c.aside() {
		line := final.chain()[0].line
		f := c.found(line, line, "another final image: dockgen explain image compares them", "the policy forbids a final image of kind %s", variant(final.image()))
		f.Because = []fact.Source{at}
	}
}

// variant is the value of --base that an image would be, "" where the reference does not tell.
func variant(ref string) string {
	switch r := parseReference(ref); {
	case ref == detect.Scratch:
		return detect.Scratch
	case r.bare():
		return detect.Distroless
	case libc(ref) == "musl":
		return detect.Alpine
	case libc(ref) == "glibc":
		return detect.Slim
	}
	return ""
}

// digestMissing finds images that are not pinned to the digest that the policy has.
func digestMissing(c *checker) {
	if c.Policy == nil {
		return
	}
	c.eachImage(func(first, last int, image string) {
		plain, digest, _ := strings.Cut(image, "@")
		want, pinned := c.Policy.Digest(c.Policy.Original(image))
		if pinned && digest != want {
			f := c.found(first, last, plain+"@"+want, "%s is not pinned to the digest that the policy has for it", plain)
			f.Because = []fact.Source{c.Policy.At}
		}
	})
}

// labelMissing finds labels of the policy that the image does not have.
func labelMissing(c *checker) {
	if c.Policy == nil || c.aside() {
		return
	}
	final := c.file.final()
	has := map[string]string{}
	for _, p := range final.all() {
		if l, ok := p.Command.(*instructions.LabelCommand); ok {
			for _, kv := range l.Labels {
				has[strings.Trim(kv.Key, `"'`)] = strings.Trim(kv.Value, `"'`)
			}
		}
	}
	for _, l := range c.Policy.Labels {
		value, ok := has[l.Key]
		if ok && (l.Value == "" || value == l.Value || strings.Contains(value, "$")) {
			continue
		}
		try := "LABEL " + l.Key + "=..."
		if l.Value != "" {
			if value, err := templates.Env(l.Value); err == nil {
				try = "LABEL " + l.Key + "=" + value
			}
		}
		f := c.found(final.line, final.line, try, "the image has no label %s as the policy asks", l.Key)
		f.Because = []fact.Source{l.At}
	}
}
