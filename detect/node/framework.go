package node

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/shell"
	"github.com/dockgen/dockgen/templates"
)

// framework is what a framework's conventions say about a package: what its build
// leaves, what the finished image needs of it, and how it is started. The zero value of a
// field means "as for any package".
type framework struct {
	name         string // "Next.js", for people
	kind         detect.Kind
	from         fact.Source     // the dependency or config file that shows it
	output       []string        // folders that the build leaves, relative to the package
	site         *page.Site      // settings of the web server where the output is static files
	copies       []copied        // what the final image needs of the build stage; nil means "the package's run-time files"
	needsModules bool            // production dependencies are needed at run time
	command      []string        // argv without node's path: flags, file, arguments; nil means "read the start script"
	port         fact.Of[int]    // where it listens if nothing else says
	readsPort    bool            // the environment variable PORT is honoured
	env          []templates.Var // of the final image
	buildEnv     []templates.Var // of the build command
	build        []string        // build command where the script build does not fit; nil means the script
	drop         []string        // what goes after the build: the pages are served from the folder that it ran in
	caches       []string        // folders of the build to keep between builds, relative to the package
	writable     []string        // folders that are written at run time, relative to the package
	signals      bool            // it ends on SIGTERM by itself
	health       string          // a path that answers without a login, "" for none
	needs        string          // a development dependency that the built server loads
	shell        string          // why the image needs a shell or npm at run time, "" where it does not
	reasons      []detect.Reason // settled values that the framework's files gave
	notes        []detect.Note
	variables    []string // prefixes of variables that the build writes into the page
	static       staticEnv
	// legacyOpenSSL is what shows a bundler that hashes with MD4, which OpenSSL 3 (Node.js
	// from 17 on) only does on request. https://nodejs.org/api/cli.html#--openssl-legacy-provider
	legacyOpenSSL fact.Source
	refuse        error        // why the build leaves nothing that an image could run
	ask           *detect.Open // a question that only the user can answer
}

// copied is a file or folder of the build stage, relative to the package, and where it goes
// in the final image, relative to the working directory.
type copied struct {
	from, to string
	owned    bool // by the user of the image, who writes to it
}

// framework is the framework of the package, if one is known.
func (p *pkg) framework() (framework, bool, error) {
	for _, detector := range table {
		if f, ok, err := detector(p); ok || err != nil {
			return f, ok, err
		}
	}
	return framework{}, false, nil
}

// servers are packages that answer on a port, the ones that say most first.
var servers = []string{
	"express", "fastify", "koa", "@hapi/hapi", "hono", "@hono/node-server", "restify", "polka", "h3", "@feathersjs/express", "@feathersjs/koa", "moleculer-web",
	"apollo-server", "@apollo/server", "graphql-yoga", "socket.io", "ws", "@trpc/server", "elysia", "micro", "sails", "@marblejs/http", "@loopback/rest", "@medusajs/medusa", "tinyhttp",
	"@tinyhttp/app", "total.js", "json-server", "parse-server", "@grpc/grpc-js", "uWebSockets.js", "hyper-express", "@foal/core", "@tsed/common", "@midwayjs/koa", "egg", "serve", "http-server",
}

// workers are packages of programs that run on without a port.
var workers = []string{
	"discord.js", "eris", "telegraf", "node-telegram-bot-api", "grammy", "@slack/bolt", "bullmq", "bull", "bee-queue", "agenda", "node-cron", "cron",
	"kafkajs", "amqplib", "tmi.js", "whatsapp-web.js", "@temporalio/worker", "matrix-js-sdk", "twitter-api-v2", "mqtt",
}

// nest is NestJS: "nest start" runs the compiled main file, without the command line tool.
// https://docs.nestjs.com/cli/scripts (2026-11)
func nest(p *pkg) (framework, bool, error) {
	d, ok := p.m.deps["@nestjs/core"]
	if !ok {
		return framework{}, false, nil
	}
	f := framework{name: "NestJS", kind: detect.Service, from: d.from, needsModules: true, port: fact.New(3000, fact.Default("NestJS starters listen on 3000"))}
	out, err := p.nestOutput()
	if err != nil {
		return f, false, err
	}
	f.output = []string{firstPart(out)}
	f.command = []string{out + ".js"}
	for _, name := range startNames[:4] {
		r := p.resolve(name)
		if r.runner != "node" || r.file == "" || !p.built(r.file) {
			continue
		}
		if stays := strings.TrimSuffix(r.file, ".js"); p.nestCompiles() && stays == path.Join(path.Dir(path.Dir(out)), path.Base(out)) {
			f.notes = append(f.notes, detect.Note{At: r.from, Text: fmt.Sprintf("the compiler writes no %s: it takes files outside src too, so that the program is %s.js", stays, out)})
			continue
		}
		f.command = nil // the script says it
	}
	return f, true, nil
}

// nestCompiles reports whether the build runs the TypeScript compiler, which keeps the folders
// of the sources; the other builders leave out the first.
func (p *pkg) nestCompiles() bool {
	cli, err := readJSON(p.view, p.in("nest-cli.json"))
	if err != nil {
		return false
	}
	builder := cli.get("compilerOptions", "builder")
	name, _ := fact.First(builder.text(""), builder.get("type").text(""), fact.New("tsc", fact.Default("NestJS")))
	return name.Value == "tsc" && !slices.ContainsFunc(p.commands(p.buildScript()), func(c shell.Command) bool {
		argv := c.Argv()
		return slices.Contains(argv, "-b") || slices.Contains(argv, "--builder") || slices.Contains(argv, "--webpack")
	})
}

func firstPart(p string) string {
	first, _, _ := strings.Cut(p, "/")
	return first
}
