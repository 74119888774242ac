package golang

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

var (
	// dataName is the name of a setting for a folder of data, or for a database's address.
	dataName = pattern.New(`(?i)(^|[_.-])?(data|storage|upload|uploads|media|db|database|sqlite|sqlitedb|badger|bolt)[_.-]?(dir|path|file|folder|root|dsn|url|directory|location)?$`)
	// placeName is the name of a setting that holds a path of any kind.
	placeName = pattern.New(`(?i)(path|dir|directory|folder|location|root)$`)
	// database is a file that a database in the program itself keeps.
	database = pattern.New(`^[A-Za-z0-9_./-]+\.(db|db3|sqlite|sqlite3|bolt|bbolt|duckdb)(\?.*)?$`)
)

// dataFolders are names that folders for data have below a working directory.
var dataFolders = []string{"data", "storage", "db", "var", "backup", "backups", "uploads", "logs", "cache", "store"}

// isData reports whether the default of a setting is a place that the program writes to.
func isData(set setting) bool {
	if database.MatchString(set.value) {
		return true
	}
	if dataName.MatchString(set.name) && (strings.HasPrefix(set.value, "/") || strings.HasPrefix(set.value, "./") || path.Ext(set.value) != "" || strings.HasSuffix(set.name, "ir")) {
		return true
	}
	below, ok := strings.CutPrefix(set.value, "./")
	first, _, _ := strings.Cut(below, "/")
	return ok && placeName.MatchString(set.name) && slices.Contains(dataFolders, first)
}

// withDefaults are the openings, and the defaults of settings that name a file or
// a folder for data: flag.String("config", "config.yml", …), DATA_DIR.
func (s *sources) withDefaults() []opening {
	all := append(slices.Clone(s.opens), s.viperFiles()...)
	for _, set := range s.settings {
		switch {
		case portOf(set.value) > 0 || set.value == "":
		case isData(set):
			all = append(all, opening{path: set.value, folder: path.Ext(set.value) == "", writes: true, at: set.at})
		case path.Ext(set.value) != "" || strings.HasPrefix(set.value, "file://"): // the migrations of golang-migrate
			all = append(all, opening{path: set.value, at: set.at})
		}
	}
	return all
}

func (n *needs) writesTo(use opening) {
	dir, ok := use.storedIn()
	if !ok {
		return
	}
	if dir == "." {
		if n.cwd.IsZero() {
			n.cwd = use.at
		}
		return
	}
	if !slices.ContainsFunc(n.data, func(d fact.Of[string]) bool { return repo.Within(d.Value, dir) }) {
		n.data = slices.DeleteFunc(n.data, func(d fact.Of[string]) bool { return repo.Within(dir, d.Value) })
		n.data = append(n.data, fact.New(dir, use.at))
	}
}

// storedIn is the folder of a path that is written, from a database's address if
// need be: "file:data/app.db?cache=shared" is "data", and the folder itself ".".
func (o opening) storedIn() (string, bool) {
	p := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(o.path, "sqlite3://"), "sqlite://"), "file:")
	p, _, _ = strings.Cut(p, "?")
	if p == "" || strings.Contains(p, ":") || strings.ContainsAny(p, " \n\x00{}<>|\"'$~%") {
		return "", false
	}
	if !o.folder {
		p = path.Dir(p)
	}
	p = path.Clean(p)
	for _, not := range []string{"/", "/tmp", "/dev", "/proc", "/sys", "/run", "/etc", "/root", "/home", "/usr", "/var", "/bin", "..", "/dev/shm"} {
		if p == not {
			return "", false
		}
	}
	for _, below := range []string{"/tmp/", "/dev/", "/proc/", "/sys/", "/etc/", "/usr/", "../", "/root/", "/home/"} {
		if strings.HasPrefix(p, below) {
			return "", false
		}
	}
	return p, true
}

// mounted adds the folders that people mount into a container of the program, where its sources
// do not say what it writes to: the volumes of a Dockerfile or a compose file of theirs.
// Those below the working directory there are below ours; any other must be one that the sources
// name, since what else leads to it is not known.
func (n *needs) mounted(m *module, p *pkg) {
	s := m.sources(p)
	var volumes []fact.Of[string]
	workdir := ""
	if file, ok := m.ownDockerfile(p); ok {
		workdir, volumes = file.Workdir, file.Volumes
	}
	if service, ok := hints.ComposeOf(m.view, m.dir, m.dir, "."); ok {
		volumes = append(slices.Clone(volumes), service.Volumes...)
	}
	for _, volume := range volumes {
		folder := path.Clean(volume.Value)
		if workdir != "" && workdir != "/" && repo.Within(workdir, folder) {
			if folder = repo.Rel(workdir, folder); m.brings(folder) {
				continue
			}
		} else if _, named := s.literals[folder]; !named {
			continue
		}
		n.writesTo(opening{path: folder, folder: true, writes: true, at: volume.From})
	}
}

// brings reports whether the repository itself has files in a folder, which developers mount to see
// their changes: one for data has none, or a few to begin with.
func (m *module) brings(folder string) bool {
	first, _, _ := strings.Cut(folder, "/")
	return !slices.Contains(dataFolders, first) && slices.ContainsFunc(m.view.Under(path.Join(m.dir, folder)), func(f string) bool { return !strings.HasPrefix(path.Base(f), ".") })
}

// ownDockerfile is the Dockerfile that people wrote for a program: the one that starts or builds
// it, or the module's where it has no other program.
func (m *module) ownDockerfile(p *pkg) (hints.Dockerfile, bool) {
	if p.dir != m.dir { // beside the program: for it alone
		if all := hints.Dockerfiles(m.view, p.dir); len(all) == 1 {
			return all[0], true
		}
	}
	for _, d := range slices.Compact([]string{m.dir, "."}) {
		for _, file := range m.dockerfiles(d) {
			if m.starts(m.handedOn(file), d, p) || m.builtBy(file.File, p) || d == m.dir && len(m.packages.mains()) == 1 {
				return file, true
			}
		}
	}
	return hints.Dockerfile{}, false
}

// databases are the relative names of database files that strings of the sources hold, sorted, without
// those that are joined to a folder.
func (s *sources) databases() []opening {
	var all []opening
	for text, at := range s.literals {
		if database.MatchString(text) && !path.IsAbs(text) && !s.joined[text] {
			all = append(all, opening{path: text, writes: true, at: at})
		}
	}
	slices.SortFunc(all, func(a, b opening) int { return strings.Compare(a.path, b.path) })
	return all
}

// inProcess are packages of databases that live in a file of the program's.
var inProcess = []string{
	"github.com/mattn/go-sqlite3", "modernc.org/sqlite", "github.com/glebarez/sqlite", "github.com/glebarez/go-sqlite", "github.com/ncruces/go-sqlite3",
	"gorm.io/driver/sqlite", "zombiezen.com/go/sqlite", "crawshaw.io/sqlite", "go.etcd.io/bbolt", "github.com/boltdb/bolt",
}

// keepsFile is the import of a database in a file, for a program whose sources do not say where that
// file is: mostly a name alone, beside the working directory.
func (m *module) keepsFile(p *pkg) fact.Source {
	_, at := imported(m.closure(p), func(name string) bool {
		return slices.ContainsFunc(inProcess, func(db string) bool { return hasPath(name, db) })
	})
	return at
}
