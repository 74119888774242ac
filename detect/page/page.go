// Package page is the final stage that serves a folder of static files.
//
// It belongs to no language: whatever builds or holds the folder describes it as
// a Site and gets the stage, its reasons and what to report. The one odd rule:
// text from a repository that goes into the web server's configuration must pass
// the pattern of a plain URL path, or the site is refused.
package page

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/templates"
)

// Site is a folder of static files and how it wants to be served.
type Site struct {
	Stage  string          // the stage that leaves the folder; "" where it stands in the context
	Folder fact.Of[string] // in the stage (absolute) or in the context
	// Fallback is the file that answers an address which is no file, relative to the
	// folder: "index.html" of an application that routes in the browser. "" means 404.
	Fallback fact.Of[string]
	NotFound string // the page that comes with a 404, relative to the folder: "404.html"
	// Hashed are folders below Folder ("assets"), in which every name holds a hash of
	// the content. HashedNames is true where such names stand anywhere.
	Hashed      []string
	HashedNames bool
	HashedFrom  fact.Source
	Base        fact.Of[string] // the address that the pages expect to live under: "/docs/"; "" or "/" for the root
}

// Result is what a plan takes over.
type Result struct {
	Stage   detect.Stage
	Reasons []detect.Reason
	Bases   []detect.BaseOption
	Image   detect.Final
}

var stageTemplate = templates.Must[view]("page/nginx.tmpl")

// view is what page/nginx.tmpl prints.
type view struct {
	Image    string
	Stage    string
	Folder   []string // one
	To       string   // where the folder's content goes
	Base     string   // "/docs" without its final slash, "" for the root
	Fallback string   // "/docs/index.html"
	NotFound string
	Caches   []string // regular expressions of addresses that never change
	Hashed   []string // folders of such addresses, "/docs/assets/"
	User     string
	Port     int
}

// Port is where the server listens unless --port says otherwise.
const Port = 8080

// Plan decides how the site is served.
func Plan(site Site, s detect.Settings, c *catalogue.Catalogue) (Result, error) {
	if err := base(s.Base); err != nil {
		return Result{}, err
	}
	image := c.Image("nginx")
	line := c.DefaultLine(image)
	port, _ := fact.First(s.Port, fact.New(Port, fact.Default("the port of the image")))
	v := view{
		Image: line.Ref("base"), Stage: site.Stage, Folder: []string{site.Folder.Value}, To: root, User: image.User + ":" + image.User, Port: port.Value,
	}
	if err := v.addresses(site); err != nil {
		return Result{}, err
	}
	return Result{
		Stage:   detect.Stage{Name: "runtime", Text: stageTemplate.With(v)},
		Reasons: reasons(site, v, port, s.Base, c),
		Bases:   []detect.BaseOption{{Base: detect.Alpine, Image: v.Image, Says: fmt.Sprintf("%d MB, nginx as a user that is not root", image.MiB["base"]), Auto: true}},
		Image:   detect.Final{Base: v.Image, Variant: "nginx", User: v.User, Port: port, Command: []string{"nginx", "-g", "daemon off;"}},
	}, nil
}

const root = "/usr/share/nginx/html"

// base refuses final images that have no web server.
func base(b fact.Of[string]) error {
	switch b.Value {
	case "", detect.Auto, detect.Alpine:
		return nil
	case detect.Distroless, detect.Scratch, detect.Slim:
		return detect.Impossible(b.Value, "a page needs a web server, and the image with one is nginx on Alpine", detect.Alpine)
	default:
		return detect.UnknownBase(b.Value)
	}
}

// plainPath is a URL path that means the same in a regular expression of ours, in
// the server's configuration and in a browser.
var plainPath = pattern.New(`^[A-Za-z0-9_~@+/.-]*$`)

func (v *view) addresses(site Site) error {
	for _, p := range append([]string{site.Base.Value, site.Fallback.Value, site.NotFound}, site.Hashed...) {
		if !plainPath.MatchString(p) || slices.Contains(strings.Split(p, "/"), "..") {
			at := site.Base.From
			return diag.At(at, fmt.Sprintf("%q is not an address that the web server's configuration can hold", p), "use letters, digits, dots, dashes and slashes")
		}
	}
	if b := strings.Trim(site.Base.Value, "/"); b != "" {
		v.Base = "/" + b
		v.To = root + v.Base
	}
	if f := site.Fallback.Value; f != "" {
		v.Fallback = v.Base + "/" + f
	}
	if n := site.NotFound; n != "" {
		v.NotFound = v.Base + "/" + n
	}
	for _, h := range site.Hashed {
		folder := v.Base + "/" + strings.Trim(h, "/") + "/"
		v.Hashed = append(v.Hashed, folder)
		v.Caches = append(v.Caches, "^"+regexp.QuoteMeta(folder))
	}
	if site.HashedNames {
		// app.1a2b3c4d.js, main-5K2XQZ7A.css: the hashes that bundlers put before the extension.
		v.Caches = append(v.Caches, `[.-]([0-9a-f]{8,32}|[0-9A-Z]{8})\.(css|js|mjs|woff2?|png|jpe?g|gif|webp|avif|svg)$`)
	}
	return nil
}

func reasons(site Site, v view, port fact.Of[int], chosen fact.Of[string], c *catalogue.Catalogue) []detect.Reason {
	from := fact.Default("a web server that needs no root and no writable disk")
	if chosen.Known() && chosen.Value != detect.Auto {
		from = chosen.From
	}
	all := []detect.Reason{
		detect.Because("site", "served folder", site.Folder),
		{ID: "base", What: "final image", Value: v.Image, From: from, Note: "catalogue of " + c.Date},
	}
	if site.Fallback.Known() && site.Fallback.Value != "" {
		all = append(all, detect.Reason{ID: "fallback", What: "unknown addresses", Value: "answered by " + site.Fallback.Value, From: site.Fallback.From})
	} else {
		all = append(all, detect.Reason{ID: "fallback", What: "unknown addresses", Value: "404", From: site.Fallback.From})
	}
	if len(v.Caches) > 0 {
		value := strings.Join(v.Hashed, " ")
		if site.HashedNames {
			value = strings.TrimSpace(value + " names with a hash")
		}
		all = append(all, detect.Reason{ID: "cache", What: "cached for a year", Value: value, From: site.HashedFrom})
	}
	if v.Base != "" {
		all = append(all, detect.Because("sub-path", "served under", site.Base))
	}
	return append(all,
		detect.Because("port", "port", port),
		detect.Reason{ID: "user", What: "user", Value: v.User, From: fact.Default("the user of the image, as a number so that Kubernetes can check it")},
	)
}
