package config

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/files"
)

// maxCertificate is the size of the largest file of certificates, in bytes.
const maxCertificate = 1 << 20

// ErrNoPassword means that there is neither a password nor a file with one.
var ErrNoPassword = errors.New("no password; write it to a file and set password_file to its path")

// checkHTTP checks credentials, headers, TLS and the proxy, but for their files.
func checkHTTP(c *commonconfig.HTTPClientConfig) error {
	if c.FollowRedirects {
		return fieldErrorf("follow_redirects", "redirects are never followed, since they could carry the password elsewhere; remove it")
	}
	key := credentialsKey(c) // Validate may change it
	return cmp.Or(
		inField("proxy_url", c.ProxyConfig.Validate()),
		checkHeaders(c),
		checkVersions(&c.TLSConfig),
		inField(key, c.Validate()),
		inField(key, checkCredentials(c)),
	)
}

// credentialsKey returns the key of the credentials that are set.
func credentialsKey(c *commonconfig.HTTPClientConfig) string {
	switch {
	case c.OAuth2 != nil:
		return "oauth2"
	case c.Authorization != nil:
		return "authorization"
	case c.BearerToken != "":
		return "bearer_token"
	case c.BearerTokenFile != "":
		return "bearer_token_file"
	}
	return "basic_auth"
}

func checkCredentials(c *commonconfig.HTTPClientConfig) error {
	switch {
	case c.OAuth2 != nil:
		return checkVersions(&c.OAuth2.TLSConfig)
	case c.Authorization == nil:
		return checkBasicAuth(c.BasicAuth)
	case c.Authorization.Credentials == "" && c.Authorization.CredentialsFile == "":
		return errors.New("no credentials; write them to a file and set credentials_file to its path")
	case unsendable(c.Authorization.Credentials):
		return errors.New(unsendableText)
	}
	return nil
}

func checkBasicAuth(auth *commonconfig.BasicAuth) error {
	switch {
	case auth == nil || auth.Username == "" && auth.UsernameFile == "":
		return errors.New("no username; Thulium needs the name and the password of an API user")
	case strings.Contains(auth.Username, ":"):
		return fieldErrorf("username", "contains a colon, which HTTP basic authentication cannot carry")
	case auth.Password == "" && auth.PasswordFile == "":
		return ErrNoPassword
	}
	return nil
}

func checkHeaders(c *commonconfig.HTTPClientConfig) error {
	for _, values := range c.ProxyConnectHeader {
		if slices.ContainsFunc(values, unsendable) {
			return fieldErrorf("proxy_connect_header", unsendableText)
		}
	}
	if c.HTTPHeaders == nil {
		return nil
	}
	for _, header := range c.HTTPHeaders.Headers {
		if slices.ContainsFunc(header.Values, unsendable) || slices.ContainsFunc(header.Secrets, unsendable) {
			return fieldErrorf("http_headers", unsendableText)
		}
	}
	return inField("http_headers", c.HTTPHeaders.Validate())
}

const unsendableText = "a value contains a line break or another control character, which HTTP headers cannot carry; write it on one line"

// unsendable reports whether net/http refuses to send a value of a header.
func unsendable[S ~string](value S) bool {
	return strings.ContainsFunc(string(value), func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

func checkVersions(c *commonconfig.TLSConfig) error {
	if c.MaxVersion != 0 && c.MaxVersion < c.MinVersion {
		return inField("tls_config", fieldErrorf("max_version", "is lower than min_version"))
	}
	return nil
}

// CheckFiles reads the files that the draft names, so that invalid ones are found
// early. Its errors are FieldErrors and never hold a secret.
func (d *Draft) CheckFiles(ctx context.Context, r *files.Reader) error {
	if headers := d.HTTP.HTTPHeaders; headers != nil {
		for _, header := range headers.Headers {
			for _, path := range header.Files {
				if err := readFile(ctx, r, "files", path); err != nil {
					return inField("http_headers", err)
				}
			}
		}
	}
	return readFiles(ctx, r, reflect.ValueOf(d.HTTP))
}

// readFiles reads the file of each key like password_file, at any depth.
func readFiles(ctx context.Context, r *files.Reader, settings reflect.Value) error {
	for field, value := range settings.Fields() {
		if value.IsZero() {
			continue
		}
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch value = reflect.Indirect(value); {
		case value.Kind() == reflect.Struct:
			if err := readFiles(ctx, r, value); err != nil {
				return inField(key, err)
			}
		case strings.HasSuffix(key, "_file"):
			if err := readFile(ctx, r, key, value.String()); err != nil {
				return err
			}
		}
	}
	if c, ok := settings.Interface().(commonconfig.TLSConfig); ok {
		return checkCertificates(ctx, &c)
	}
	return nil
}

// readFile reads the file of a key: certificates or their key, else a secret.
func readFile(ctx context.Context, r *files.Reader, key, path string) (err error) {
	var secret string
	switch key {
	case "ca_file", "cert_file", "key_file", "client_certificate_key_file":
		_, err = r.Read(ctx, path, maxCertificate)
	default:
		secret, err = r.Secret(ctx, path)
	}
	if err != nil {
		return fieldErrorf(key, "cannot read the file: %w", err)
	}
	if key == "username_file" && strings.Contains(secret, ":") {
		return fieldErrorf(key, "the name in it contains a colon, which HTTP basic authentication cannot carry")
	}
	return nil
}

// checkCertificates checks certificates and their keys, in files that can be read or
// not in files.
func checkCertificates(ctx context.Context, c *commonconfig.TLSConfig) error {
	authority := commonconfig.TLSConfig{CA: c.CA, CAFile: c.CAFile}
	if _, err := commonconfig.NewTLSConfigWithContext(ctx, &authority); err != nil {
		return errors.New("ca or ca_file is not a certificate in PEM format")
	}
	if _, err := commonconfig.NewTLSConfigWithContext(ctx, c); err != nil {
		return errors.New("cert and key, or their files, are not a certificate and the key to it in PEM format")
	}
	return nil
}
