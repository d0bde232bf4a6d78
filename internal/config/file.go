package config

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"thulium_exporter/internal/files"
)

// maxFile is the size of the largest configuration file, in bytes.
const maxFile = 64 << 20

// Digest is a hash of what a configuration file held.
type Digest = [sha256.Size]byte

// file is a configuration file as written.
type file struct {
	Defaults Draft            `yaml:"defaults"`
	Systems  map[string]Draft `yaml:"systems"`
}

// DigestFile returns the digest of what a configuration file holds now, wherever
// symbolic links lead.
func DigestFile(ctx context.Context, r *files.Reader, path string) (Digest, error) {
	text, err := r.Read(ctx, path, maxFile)
	return sha256.Sum256(text), err
}

// LoadFile reads a configuration file, and the files that it names. Paths in it
// are relative to its directory. It returns the digest of what it read, even if
// that is invalid. Errors begin with the path, name line and key, and say what to
// write instead. They repeat nothing of the file but names of systems, IDs of
// campaigns and keys that are plain words, since any other text in it may be a
// secret in the wrong place.
func LoadFile(ctx context.Context, r *files.Reader, path string) ([]System, Digest, error) {
	return loadFile(ctx, path, &loader{files: r, checkFiles: true})
}

// LoadCalendars is LoadFile for those who send no requests: it reads none of the
// files that the configuration names.
func LoadCalendars(ctx context.Context, r *files.Reader, path string) ([]System, error) {
	systems, _, err := loadFile(ctx, path, &loader{files: r})
	return systems, err
}

func loadFile(ctx context.Context, path string, l *loader) ([]System, Digest, error) {
	text, err := l.files.Read(ctx, path, maxFile)
	if err != nil {
		return nil, Digest{}, fmt.Errorf("cannot read the configuration file %s: %w", path, err)
	}
	digest := sha256.Sum256(text)
	l.dir, l.calendars = filepath.Dir(path), make(Calendars)
	systems, err := l.parse(ctx, text)
	if err != nil {
		return nil, digest, fmt.Errorf("%s: %w", path, err)
	}
	return systems, digest, nil
}

// parse compares the whole file with its schema first. Then it decodes each
// system on top of a fresh copy of the defaults.
func (l *loader) parse(ctx context.Context, text []byte) ([]System, error) {
	root, err := readYAML(text)
	if err != nil {
		return nil, err
	}
	if err := make(schema).check(root, reflect.TypeFor[file](), ""); err != nil {
		return nil, err
	}
	defaults, systems := valueOf(root, "defaults"), valueOf(root, "systems")
	if systems == nil || len(systems.Content) == 0 {
		return nil, errors.New("no systems; write at least one below the key systems" + example("systems"))
	}
	for _, key := range []string{"url", "campaign_ids", "campaigns"} {
		if node := valueOf(defaults, key); node != nil {
			return nil, wrong(node, "", key+" belongs to a single system; move it below its name")
		}
	}
	l.defaults = cmp.Or(defaults, &yaml.Node{})
	result := make([]System, 0, len(systems.Content)/2)
	for pair := range slices.Chunk(systems.Content, 2) {
		system, err := l.load(ctx, pair[0], pair[1])
		if err != nil {
			return nil, err
		}
		result = append(result, system)
		clear(pair) // not needed any more, and there may be many
	}
	return result, nil
}

// loader loads the systems of a file.
type loader struct {
	files      *files.Reader
	checkFiles bool // that the systems name
	dir        string
	defaults   *yaml.Node
	calendars  Calendars
}

func (l *loader) load(ctx context.Context, name, node *yaml.Node) (System, error) {
	if !validName(name.Value) { // it may be a secret in the wrong place
		return System{}, wrong(name, "", "invalid name of a system; use letters, digits, '.', '_' and '-', at most 100")
	}
	draft, err := l.decode(node)
	if err != nil {
		return System{}, err
	}
	system, err := draft.Check(name.Value, l.calendars)
	if err == nil && l.checkFiles {
		err = draft.CheckFiles(ctx, l.files)
	}
	if err != nil {
		return System{}, fmt.Errorf("line %d: system %q: %w", l.lineOf(err, name, node), name.Value, err)
	}
	return system, nil
}

// decode returns a system on top of the defaults. The schema has been checked,
// so that errors are rare; their text may hold secrets.
func (l *loader) decode(node *yaml.Node) (*Draft, error) {
	draft := &Draft{}
	for _, layer := range []*yaml.Node{l.defaults, node} {
		if err := layer.Decode(draft); err != nil {
			return nil, wrong(layer, "", "a value here or below is not valid for its key")
		}
	}
	draft.HTTP.SetDirectory(l.dir)
	return draft, nil
}

// lineOf finds the line of the key that err complains of: in the system, in the
// defaults, else the line of the system's name.
func (l *loader) lineOf(err error, name, system *yaml.Node) int {
	line, defaults := name.Line, l.defaults
	for wrong, ok := errors.AsType[*FieldError](err); ok; wrong, ok = errors.AsType[*FieldError](wrong.Err) {
		system, defaults = valueOf(system, wrong.Field), valueOf(defaults, wrong.Field)
		if found := cmp.Or(system, defaults); found != nil {
			line = found.Line
		}
	}
	return line
}
