package web

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// CheckPath returns an error if the metrics cannot be served under a path.
func CheckPath(p string) error {
	taken := []string{"/", "/probe", "/sd", "/healthz", "/readyz"}
	switch {
	case !strings.HasPrefix(p, "/") || path.Clean(p) != p || strings.ContainsAny(p, "{} ?#%"):
		return fmt.Errorf("%q is not a plain path like /metrics", p)
	case slices.Contains(taken, p) || strings.HasPrefix(p, "/-/"):
		return fmt.Errorf("%q is used for something else; choose another path like /metrics", p)
	}
	return nil
}
