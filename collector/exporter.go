package collector

// Build says what the exporter was built from.
type Build struct {
	Version  string // never empty
	Revision string // of the source; never empty
	Branch   string
	User     string
	Date     string // of the build or, if that is not known, of the revision
	Tags     string
}
