package templates

// Files is one COPY: what is copied, from where, and to where.
type Files struct {
	Stage string // that holds them, "" for the build context
	From  []string
	To    string
	Owner string // numeric user that may write them, "" for root
}

// Packages are packages of the system that a stage installs.
type Packages struct {
	Alpine bool // apk's names, not Debian's
	Names  []string
}
