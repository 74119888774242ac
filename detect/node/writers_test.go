package node

import (
	"strings"
	"testing"
)

// TestWrites: the folders that calls make, by whatever name, are the program's to write to.
func TestWrites(t *testing.T) {
	for source, want := range map[string]string{
		"new winston.transports.File({ filename: 'log/bot.log' })":                                                   "log",
		"new transports.File({ level: 'info', filename: path.join('var', 'log', 'x.log') })":                         "var/log",
		"new DailyRotateFile({ dirname: './journal', filename: 'a-%DATE%.log' })":                                    "journal",
		"pino.destination('log/a.log')":                                                                              "log",
		"pino.destination({ dest: `${process.cwd()}/log/${name}.log`, sync: false })":                                "log",
		"log4js.configure({ appenders: { a: { type: 'file', filename: 'log/a.log' } } })":                            "log",
		"rfs.createStream('a.log', { path: path.join(__dirname, 'log') })":                                           "log",
		"const dir = path.join(__dirname, 'journal'); fs.mkdirSync(dir)":                                             "journal",
		"const dir = './journal'; fs.createWriteStream(`${dir}/${day}.txt`)":                                         "journal",
		"fs.createWriteStream('files/' + name)":                                                                      "files",
		"multer({ dest: 'public/images' })":                                                                          "public/images",
		"multer.diskStorage({ destination: function (req, file, cb) { cb(null, './files') } })":                      "files",
		"multer.diskStorage({ destination: (req, f, done) => done(null, 'a/b'), filename: x })":                      "a/b",
		"multer.diskStorage({ destination(req, f, cb) { cb(null, path.resolve('in', id)) } })":                       "in",
		"fs.writeFileSync('out.json', x); fs.mkdirSync('a'); fs.mkdirSync('a/b')":                                    "a",
		"fs.writeFile(path.join(os.tmpdir(), 'x'), y); fs.mkdir('/data/x'); fs.mkdir('../x')":                        "",
		"const root = process.env.ROOT ? `${process.env.ROOT}/x` : path.join(__dirname, 'kept'); fs.mkdirSync(root)": "kept",
		"const root = given || process.env.ROOT || Path.resolve('kept'); fs.mkdirSync(root)":                         "kept",
		"const root = process.env.ROOT ?? other; fs.mkdirSync(root)":                                                 "",
		"fs.mkdirSync('lib/new')": "lib/new",
		"fs.mkdirSync('lib')":     "", // it holds code
		"fs.readFileSync('in/x'); new File([x], 'a/b'); mkdir(name); fs.mkdirSync('dist/a')": "",
	} {
		p := packageOf(t, map[string]string{
			"package.json": `{"scripts": {"build": "tsup", "start": "node index.js"}, "dependencies": {"express": "5"}}`,
			"index.js":     source, "lib/a.js": "",
		})
		var got []string
		for _, w := range p.writes(true) {
			got = append(got, w.Value)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s\n got %s\nwant %s", source, strings.Join(got, " "), want)
		}
	}
}
