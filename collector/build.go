package collector

// Build says what the exporter was built from. What is unknown is empty.
type Build struct {
	Version  string `json:"version"`
	Revision string `json:"revision"` // of the source
	Branch   string `json:"-"`
	User     string `json:"-"`
	Date     string `json:"build_date"` // of the build or, if that is not known, of the revision
	Tags     string `json:"-"`
}
