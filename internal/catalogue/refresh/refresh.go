package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tailscale/hujson"

	"github.com/dockgen/dockgen/internal/catalogue"
)

// refresh is one run.
type refresh struct {
	sources    *sources
	today      string // ISO 8601
	out        io.Writer
	unverified int
}

// file is the text of a catalogue's file, refreshed; its layout stays.
func (r *refresh) file(ctx context.Context, text []byte) ([]byte, error) {
	doc, err := hujson.Parse(text)
	if err != nil {
		return nil, err
	}
	all, err := catalogue.Embedded().Over("the catalogue", text)
	if err != nil {
		return nil, err
	}
	top, ok := doc.Value.(*hujson.Object)
	if !ok {
		return nil, fmt.Errorf("is no object")
	}
	images, ok := member(top, "images").Value.(*hujson.Object)
	if !ok {
		return nil, fmt.Errorf("has no images")
	}
	before := r.unverified
	for i := range images.Members {
		m := &images.Members[i]
		key := m.Name.Value.(hujson.Literal).String()
		node, ok := m.Value.Value.(*hujson.Object)
		if !ok {
			return nil, fmt.Errorf("%s is no object", key)
		}
		if err := r.image(ctx, all, key, node); err != nil {
			return nil, err
		}
	}
	if r.unverified == before {
		setString(top, "date", r.today)
	}
	return doc.Pack(), nil
}

// image refreshes one image.
func (r *refresh) image(ctx context.Context, all *catalogue.Catalogue, key string, node *hujson.Object) error {
	image := all.Image(key)
	verified := r.tags(ctx, key, image)
	if image.Product != "" {
		releases, err := r.sources.product(ctx, image.Product)
		if err != nil {
			r.cannot(key, err)
			return nil
		}
		lines, ok := member(node, "lines").Value.(*hujson.Array)
		if !ok {
			return fmt.Errorf("%s: lines is no list", key)
		}
		r.known(key, image, lines, releases)
		if verified {
			r.added(ctx, key, image, lines, releases)
		}
	}
	if verified {
		source := lookedUp.ReplaceAllString(image.Source, "looked up "+r.today)
		if source != image.Source {
			setString(node, "source", source)
		}
	}
	return nil
}

var lookedUp = regexp.MustCompile(`looked up \d{4}-\d\d-\d\d`)

func (r *refresh) say(key, format string, args ...any) {
	fmt.Fprintf(r.out, "  %s: %s\n", key, fmt.Sprintf(format, args...))
}

func (r *refresh) cannot(key string, err error) {
	r.unverified++
	r.say(key, "could not be verified: %v", err)
}

// tags holds the tags of the supported lines to the registry's, and reports whether it
// could. One that is missing is for a person to mend: its line stays as it is.
func (r *refresh) tags(ctx context.Context, key string, image *catalogue.Image) bool {
	for _, line := range image.Lines {
		if line.EOL != "" && line.EOL <= r.today {
			continue // what has ended is rarely built again, and may be gone
		}
		for _, variant := range slices.Sorted(maps.Keys(image.Tags)) {
			ref := line.Ref(variant)
			if ref == "" || strings.Contains(ref, "{") {
				continue // "{java}" and the like are another image's version
			}
			repository, tag := cut(ref)
			found, err := r.sources.repositoryTags(ctx, repository)
			if err != nil {
				r.cannot(key, err)
				return false
			}
			if !found[tag] {
				r.say(key, "%s does not exist: the line %s needs another tag for %s, or none", ref, line.Version, variant)
			}
		}
	}
	return true
}

func cut(ref string) (repository, tag string) {
	i := strings.LastIndex(ref, ":")
	return ref[:i], ref[i+1:]
}

// known brings the lines that the catalogue has up to date. What nobody states stays.
func (r *refresh) known(key string, image *catalogue.Image, lines *hujson.Array, releases []release) {
	for i, line := range image.Lines {
		at := slices.IndexFunc(releases, func(o release) bool { return o.Name == line.Version })
		if at < 0 {
			r.say(key, "%s is in no list of releases: left as it is", line.Version)
			continue
		}
		found := releases[at]
		node := lines.Elements[i].Value.(*hujson.Object) // catalogue.Over read it as one
		if eol := found.eol(); ends(image) && eol != "" && eol != line.EOL {
			r.say(key, "%s: support ends %s (was %s)", line.Version, eol, orNobody(line.EOL))
			setString(node, "eol", eol)
		}
		if found.LTS && !line.LTS {
			r.say(key, "%s is supported for long", line.Version)
			set(node, "lts", hujson.Bool(true))
		}
		if line.Exact != "" && found.Latest != nil && newer(found.Latest.Name, line.Exact) {
			r.say(key, "%s: newest release %s (was %s)", line.Version, found.Latest.Name, line.Exact)
			setString(node, "exact", found.Latest.Name)
		}
	}
}

var (
	day     = regexp.MustCompile(`^20\d\d-\d\d-\d\d$`)
	version = regexp.MustCompile(`^\d+(\.\d+)*$`)
)

// eol is the day on which support ends, "" where no day is named.
func (r release) eol() string {
	if r.EOLFrom == nil || !day.MatchString(*r.EOLFrom) {
		return ""
	}
	return *r.EOLFrom
}

// ends reports whether the catalogue says of an image when its lines end. Where each
// release ends with the next one it does not.
func ends(image *catalogue.Image) bool {
	return slices.ContainsFunc(image.Lines, func(l *catalogue.Line) bool { return l.EOL != "" })
}

func newer(a, b string) bool { return version.MatchString(a) && catalogue.Compare(a, b) > 0 }

func orNobody(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}

// added puts new lines on top: released, supported, and with a tag that exists.
func (r *refresh) added(ctx context.Context, key string, image *catalogue.Image, lines *hujson.Array, releases []release) {
	fresh := slices.DeleteFunc(slices.Clone(releases), func(o release) bool {
		return o.EOL || !day.MatchString(o.Released) || o.Released > r.today || !newer(o.Name, image.Lines[0].Version)
	})
	slices.SortFunc(fresh, func(a, b release) int { return catalogue.Compare(a.Name, b.Name) })
	for _, o := range fresh {
		tags, err := r.published(ctx, image, o.Name)
		if err != nil {
			r.say(key, "%s is out, but not added: %v", o.Name, err)
			continue
		}
		parts := []string{`"version": ` + quote(o.Name)}
		if o.LTS {
			parts = append(parts, `"lts": true`)
		}
		if eol := o.eol(); ends(image) && eol != "" {
			parts = append(parts, `"eol": `+quote(eol))
		}
		if len(tags) > 0 {
			parts = append(parts, `"tags": {`+strings.Join(tags, ", ")+`}`)
		}
		node, err := hujson.Parse([]byte("{" + strings.Join(parts, ", ") + "}"))
		if err != nil {
			r.say(key, "%s is out, but not added: %v", o.Name, err)
			continue
		}
		node.BeforeExtra = lines.Elements[0].BeforeExtra
		if len(node.BeforeExtra) == 0 {
			lines.Elements[0].BeforeExtra = hujson.Extra(" ")
		}
		lines.Elements = slices.Insert(lines.Elements, 0, node)
		r.say(key, "%s is new", o.Name)
	}
}

// published are the variants that a new line lacks, as members of "tags". A line
// without any tag that names its version is an error.
func (r *refresh) published(ctx context.Context, image *catalogue.Image, name string) ([]string, error) {
	line, some := image.Pin(name), false
	var lacks []string
	for _, variant := range slices.Sorted(maps.Keys(image.Tags)) {
		ref := line.Ref(variant)
		if !strings.Contains(ref, name) {
			return nil, fmt.Errorf("the tag of %s does not name its version: a person has to choose one", variant)
		}
		repository, tag := cut(ref)
		found, err := r.sources.repositoryTags(ctx, repository)
		if err != nil {
			return nil, err
		}
		if found[tag] {
			some = true
		} else {
			lacks = append(lacks, quote(variant)+`: ""`)
		}
	}
	if !some {
		return nil, fmt.Errorf("no tag of it is published")
	}
	return lacks, nil
}

func quote(s string) string {
	text, _ := json.Marshal(s) // a string always encodes
	return string(text)
}

// member is a member of an object, or an empty value.
func member(o *hujson.Object, name string) hujson.Value {
	for _, m := range o.Members {
		if m.Name.Value.(hujson.Literal).String() == name {
			return m.Value
		}
	}
	return hujson.Value{}
}

func setString(o *hujson.Object, name, value string) { set(o, name, hujson.String(value)) }

func set(o *hujson.Object, name string, value hujson.Literal) {
	for i := range o.Members {
		if o.Members[i].Name.Value.(hujson.Literal).String() == name {
			o.Members[i].Value.Value = value
			return
		}
	}
	o.Members = append(o.Members, hujson.ObjectMember{
		Name:  hujson.Value{BeforeExtra: hujson.Extra(" "), Value: hujson.String(name)},
		Value: hujson.Value{BeforeExtra: hujson.Extra(" "), Value: value},
	})
}
