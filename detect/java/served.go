package java

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// asksServer reports whether a program takes settings from a configuration server when it starts
// (https://docs.spring.io/spring-cloud-config/reference/client.html, 2026-11).
func (d *planning) asksServer(c config) bool {
	if _, ok := d.m.has("org.springframework.cloud:spring-cloud-starter-config"); ok || c.value("spring.cloud.config.uri").Known() {
		return true
	}
	for name, v := range c.values {
		if strings.HasPrefix(name, "spring.config.import") && strings.Contains(v.Value, "configserver:") {
			return true
		}
	}
	return false
}

// served adds the settings that a configuration server hands to the program, where the repository
// holds them: the only file that is called like the program, outside its own module. They
// override its own.
func (d *planning) served(c config) config {
	name, _ := c.resolved(c.value("spring.cloud.config.name", "spring.application.name"))
	if !profileName.MatchString(name.Value) || name.Value == "application" || name.Value == "bootstrap" {
		return c
	}
	var files []string
	for _, ext := range []string{".yml", ".yaml", ".properties"} {
		for _, file := range d.m.view.Named(name.Value + ext) {
			in := "/" + path.Dir(file) + "/"
			if !repo.Within(d.m.dir, file) && !strings.Contains(in, "/test/") && !strings.Contains(in, "/target/") && !strings.Contains(in, "/build/") {
				files = append(files, file)
			}
		}
	}
	if len(files) != 1 {
		return c
	}
	source, err := d.m.view.Read(files[0])
	if err != nil {
		return c
	}
	all := config{values: map[string]fact.Of[string]{}, given: c.given}
	if path.Ext(files[0]) == ".properties" {
		all.properties(files[0], string(source))
	} else {
		all.yaml(files[0], string(source))
	}
	if !slices.ContainsFunc(slices.Collect(maps.Keys(all.values)), func(key string) bool {
		return strings.HasPrefix(key, "spring.") || strings.HasPrefix(key, "server.") || strings.HasPrefix(key, "eureka.") || strings.HasPrefix(key, "management.")
	}) {
		return c // of something else with that name: a deployment
	}
	for key, v := range c.values {
		all.set(key, v.Value, v.From)
	}
	all.active, all.broken = c.active, c.broken
	return all
}
