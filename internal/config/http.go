package config

import (
	"context"
	"errors"
	"fmt"
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
	if err := c.ProxyConfig.Validate(); err != nil {
		return inField("proxy_url", err)
	}
	if err := checkHeaders(c); err != nil {
		return err
	}
	if err := checkTLS(&c.TLSConfig); err != nil {
		return err
	}
	key := credentialsKey(c) // Validate may change it
	if err := c.Validate(); err != nil {
		return inField(key, err)
	}
	return inField(key, checkCredentials(c))
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
		return checkTLS(&c.OAuth2.TLSConfig)
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
	if err := c.HTTPHeaders.Validate(); err != nil {
		return inField("http_headers", err)
	}
	for _, header := range c.HTTPHeaders.Headers {
		if slices.ContainsFunc(header.Values, unsendable) || slices.ContainsFunc(header.Secrets, unsendable) {
			return fieldErrorf("http_headers", unsendableText)
		}
	}
	return nil
}

const unsendableText = "a value contains a line break or another control character, which HTTP headers cannot carry; write it on one line"

// unsendable reports whether net/http refuses to send a value of a header.
func unsendable[S ~string](value S) bool {
	return strings.ContainsFunc(string(value), func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

func checkTLS(c *commonconfig.TLSConfig) error {
	if err := c.Validate(); err != nil {
		return inField("tls_config", err)
	}
	if c.MaxVersion != 0 && c.MaxVersion < c.MinVersion {
		return inField("tls_config", fieldErrorf("max_version", "is lower than min_version"))
	}
	return nil
}

// CheckFiles reads the files that the draft names, so that invalid ones are found
// early. Its errors are FieldErrors and never hold a secret.
func (d *Draft) CheckFiles(ctx context.Context, r *files.Reader) error {
	c := &d.HTTP
	for _, f := range secretFiles(c) {
		secret, err := r.Secret(ctx, f.path)
		if err != nil {
			err = fmt.Errorf("cannot read the file: %w", err)
		} else if f.key == "username_file" && strings.Contains(secret, ":") {
			err = errors.New("the name in it contains a colon, which HTTP basic authentication cannot carry")
		}
		if err != nil {
			return inField(f.parent, inField(f.key, err))
		}
	}
	if c.OAuth2 != nil {
		if path := c.OAuth2.ClientCertificateKeyFile; path != "" {
			if _, err := r.Read(ctx, path, maxCertificate); err != nil {
				return inField("oauth2", fieldErrorf("client_certificate_key_file", "cannot read the file: %w", err))
			}
		}
		if err := checkCertificates(ctx, r, &c.OAuth2.TLSConfig); err != nil {
			return inField("oauth2", err)
		}
	}
	return checkCertificates(ctx, r, &c.TLSConfig)
}

// secretFile is a file with a secret. Its path is the value of a key of parent.
type secretFile struct{ parent, key, path string }

func secretFiles(c *commonconfig.HTTPClientConfig) (all []secretFile) {
	add := func(parent, key, path string) {
		if path != "" {
			all = append(all, secretFile{parent, key, path})
		}
	}
	add("bearer_token_file", "credentials_file", c.BearerTokenFile)
	if a := c.BasicAuth; a != nil {
		add("basic_auth", "username_file", a.UsernameFile)
		add("basic_auth", "password_file", a.PasswordFile)
	}
	if a := c.Authorization; a != nil {
		add("authorization", "credentials_file", a.CredentialsFile)
	}
	if o := c.OAuth2; o != nil {
		add("oauth2", "client_secret_file", o.ClientSecretFile)
	}
	if c.HTTPHeaders != nil {
		for _, header := range c.HTTPHeaders.Headers {
			for _, path := range header.Files {
				add("http_headers", "files", path)
			}
		}
	}
	return all
}

// checkCertificates checks certificates and their keys, in files or not.
func checkCertificates(ctx context.Context, r *files.Reader, c *commonconfig.TLSConfig) error {
	for _, f := range []secretFile{{key: "ca_file", path: c.CAFile}, {key: "cert_file", path: c.CertFile}, {key: "key_file", path: c.KeyFile}} {
		if f.path == "" {
			continue
		}
		if _, err := r.Read(ctx, f.path, maxCertificate); err != nil {
			return inField("tls_config", fieldErrorf(f.key, "cannot read the file: %w", err))
		}
	}
	authority := commonconfig.TLSConfig{CA: c.CA, CAFile: c.CAFile}
	if _, err := commonconfig.NewTLSConfigWithContext(ctx, &authority); err != nil {
		return inField("tls_config", fieldErrorf(usedKey("ca", c.CAFile), "no certificate in PEM format"))
	}
	if _, err := commonconfig.NewTLSConfigWithContext(ctx, c); err != nil {
		return inField("tls_config", fieldErrorf(usedKey("cert", c.CertFile), "not a certificate and the key to it in PEM format"))
	}
	return nil
}

// usedKey returns the key that was used, with a file or without.
func usedKey(key, path string) string {
	if path != "" {
		return key + "_file"
	}
	return key
}
