package fleet

import (
	"context"
	"io/fs"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/config"
)

// newSecret returns a secret that is written in the configuration or, each time
// that it is needed, read from a file.
func newSecret(text, file string) commonconfig.SecretReader {
	if text != "" {
		return commonconfig.NewInlineSecret(text)
	}
	return secretFile(file)
}

// secretFile is a secret in the file of that name. An empty one is an error: it
// is no password, but half a change of one.
type secretFile string

var _ commonconfig.SecretReader = secretFile("")

// Fetch reads the file. Its errors are fs.PathErrors, without the path: that may
// be a secret in the wrong place.
func (f secretFile) Fetch(context.Context) (string, error) {
	secret, err := config.ReadSecretFile(string(f))
	if err != nil {
		return "", &fs.PathError{Op: "read", Path: "the file of the credentials", Err: err}
	}
	return secret, nil
}

// Description says what this is.
func (f secretFile) Description() string { return "a file" }

// Immutable reports that the secret can change.
func (f secretFile) Immutable() bool { return false }
