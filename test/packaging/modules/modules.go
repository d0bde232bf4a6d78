package main

import (
	"context"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
)

// module is what a binary contains besides the program's own packages.
type module struct {
	path, version string
	hash          string // SHA-256 of its content in hex; empty for the standard library
	dir           string // where its source is
}

// readModules returns the modules of all binaries, the standard library first,
// sorted by path, and the path of their main module.
func readModules(binaries []string) (main string, found []module, err error) {
	root, cache, err := directories()
	if err != nil {
		return "", nil, err
	}
	byPath := map[string]module{}
	goVersion := ""
	for _, binary := range binaries {
		info, err := buildinfo.ReadFile(binary)
		if err != nil {
			return "", nil, err
		}
		main, goVersion = info.Main.Path, info.GoVersion
		for _, dependency := range info.Deps {
			m := newModule(cache, dependency)
			byPath[m.path] = m
		}
	}
	// The standard library is not among the modules, and it does have advisories.
	found = []module{{path: "std", version: goVersion, dir: root}}
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		found = append(found, byPath[path])
	}
	return main, found, nil
}

// purl is the package URL of the module.
func (m module) purl() string { return "pkg:golang/" + m.path + "@" + m.version }

// requirements returns what each of the modules requires among them, by path, as package
// URLs. The main module and all others need the standard library.
func requirements(main string, modules []module) (map[string][]string, error) {
	out, err := exec.CommandContext(context.Background(), "go", "-C", "../..", "mod", "graph").Output()
	if err != nil {
		return nil, fmt.Errorf("go mod graph: %w", err)
	}
	built := map[string]module{main: {}}
	for _, m := range modules {
		built[m.path] = m
	}
	required := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		from, to, _ := strings.Cut(strings.TrimSpace(line), " ")
		from, version, _ := strings.Cut(from, "@")
		to, _, _ = strings.Cut(to, "@")
		// Only the version that was built counts, and "go" is no module.
		if m, ok := built[from]; ok && m.version == version && built[to].path != "" {
			required[from] = append(required[from], built[to].purl())
		}
	}
	for path, m := range built {
		if m.path != "std" {
			required[path] = append(required[path], modules[0].purl())
		}
		slices.Sort(required[path])
		required[path] = slices.Compact(required[path])
	}
	return required, nil
}

// directories returns where Go is and where it keeps modules.
func directories() (root, cache string, err error) {
	out, err := exec.CommandContext(context.Background(), "go", "env", "GOROOT", "GOMODCACHE").Output()
	if err != nil {
		return "", "", err
	}
	root, cache, ok := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if !ok {
		return "", "", errors.New("go env does not report its directories")
	}
	return root, cache, nil
}

var upperCase = regexp.MustCompile("[A-Z]")

// newModule describes the module that was really built.
func newModule(cache string, m *debug.Module) module {
	if m.Replace != nil {
		m = m.Replace
	}
	// The cache writes upper-case letters as "!" and the lower-case one.
	escaped := upperCase.ReplaceAllStringFunc(m.Path+"@"+m.Version, func(s string) string { return "!" + strings.ToLower(s) })
	return module{path: m.Path, version: m.Version, hash: hexHash(m.Sum), dir: filepath.Join(cache, escaped)}
}

// hexHash turns a hash of go.sum into hex.
func hexHash(sum string) string {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sum, "h1:"))
	if err != nil {
		return ""
	}
	return hex.EncodeToString(raw)
}
