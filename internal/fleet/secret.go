package fleet

import (
	"context"
	"encoding/base64"
	"io/fs"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/files"
)

// newSecret returns a secret from the configuration, or one that is read from a
// file each time it is needed.
func newSecret(r *files.Reader, text, file string) commonconfig.SecretReader {
	if text != "" {
		return commonconfig.NewInlineSecret(text)
	}
	return secretFile{r, file}
}

// secretFile is a secret in a file. An empty file is an error: it
// is probably being replaced.
type secretFile struct {
	files *files.Reader
	path  string
}

var _ commonconfig.SecretReader = secretFile{}

// Fetch reads the file. Its errors are fs.PathErrors, without the path: that may
// be a secret in the wrong place.
func (f secretFile) Fetch(ctx context.Context) (string, error) {
	secret, err := f.files.Secret(ctx, f.path)
	if err != nil {
		return "", &fs.PathError{Op: "read", Path: "the credentials file", Err: err}
	}
	return secret, nil
}

// Description implements commonconfig.SecretReader.
func (f secretFile) Description() string { return "a file" }

// Immutable implements commonconfig.SecretReader: the file may change.
func (f secretFile) Immutable() bool { return false }

// secretsOf returns all secrets of a configuration, to be masked in text from
// outside.
func secretsOf(r *files.Reader, c *commonconfig.HTTPClientConfig) []string {
	all := []string{string(c.BearerToken), contentOf(r, c.BearerTokenFile)}
	if a := c.BasicAuth; a != nil {
		password := string(a.Password) + contentOf(r, a.PasswordFile)
		login := a.Username + contentOf(r, a.UsernameFile) + ":" + password
		all = append(all, password, base64.StdEncoding.EncodeToString([]byte(login)))
	}
	if a := c.Authorization; a != nil {
		all = append(all, string(a.Credentials), contentOf(r, a.CredentialsFile))
	}
	if o := c.OAuth2; o != nil {
		all = append(all, string(o.ClientSecret), contentOf(r, o.ClientSecretFile))
	}
	if u := c.ProxyURL.URL; u != nil && u.User != nil {
		password, _ := u.User.Password()
		all = append(all, password, base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)))
	}
	if c.HTTPHeaders != nil {
		for _, h := range c.HTTPHeaders.Headers {
			for _, s := range h.Secrets {
				all = append(all, string(s))
			}
			for _, f := range h.Files {
				all = append(all, contentOf(r, f))
			}
		}
	}
	return all
}

// contentOf returns the secret in a file, empty if there is none.
func contentOf(r *files.Reader, file string) string {
	if file == "" {
		return ""
	}
	secret, _ := r.Secret(context.Background(), file)
	return secret
}
