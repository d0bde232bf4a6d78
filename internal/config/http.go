package config

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"

	commonconfig "github.com/prometheus/common/config"
)

// checkHTTP checks credentials, certificates and the proxy, and reads their
// files.
func (d *Draft) checkHTTP(common *shared) error {
	c := &d.HTTP
	if c.FollowRedirects {
		return fieldErrorf("follow_redirects", "redirects are never followed, since they could carry the password elsewhere; remove it")
	}
	if err := c.ProxyConfig.Validate(); err != nil {
		return &FieldError{Field: "proxy_url", Err: err}
	}
	if err := checkHeaders(c.HTTPHeaders); err != nil {
		return &FieldError{Field: "http_headers", Err: err}
	}
	key := credentialsKey(c) // Validate may change it
	if err := cmp.Or(c.Validate(), common.checkCredentials(c)); err != nil {
		return &FieldError{Field: key, Err: err}
	}
	if err := common.checkTLS(c.TLSConfig); err != nil {
		return &FieldError{Field: "tls_config", Err: err}
	}
	return nil
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

func (s *shared) checkCredentials(c *commonconfig.HTTPClientConfig) error {
	switch {
	case c.OAuth2 != nil:
		return s.checkOAuth2(c.OAuth2)
	case c.Authorization == nil:
		return checkBasicAuth(c.BasicAuth)
	case c.Authorization.Credentials == "" && c.Authorization.CredentialsFile == "":
		return errors.New("no credentials; write them to a file and set credentials_file to its path")
	}
	return checkSecretFile("credentials_file", c.Authorization.CredentialsFile)
}

func (s *shared) checkOAuth2(c *commonconfig.OAuth2) error {
	err := cmp.Or(
		checkSecretFile("client_secret_file", c.ClientSecretFile),
		checkSecretFile("client_certificate_key_file", c.ClientCertificateKeyFile))
	if err != nil {
		return err
	}
	if err := s.checkTLS(c.TLSConfig); err != nil {
		return &FieldError{Field: "tls_config", Err: err}
	}
	return nil
}

func checkBasicAuth(auth *commonconfig.BasicAuth) error {
	if auth == nil || auth.Username == "" && auth.UsernameFile == "" {
		return errors.New("no username; Thulium needs the name and the password of an API user")
	}
	if strings.Contains(auth.Username, ":") {
		return fieldErrorf("username", "contains a colon, which HTTP basic authentication cannot carry")
	}
	if auth.UsernameFile != "" {
		name, err := inTime(func() (string, error) { return ReadSecretFile(auth.UsernameFile) })
		if err == nil && strings.Contains(name, ":") {
			err = errors.New("the name in it contains a colon, which HTTP basic authentication cannot carry")
		}
		if err != nil {
			return &FieldError{Field: "username_file", Err: err}
		}
	}
	if auth.Password == "" && auth.PasswordFile == "" {
		return errors.New("no password; write it to a file and set the password file to its path")
	}
	return checkSecretFile("password_file", auth.PasswordFile)
}

func checkHeaders(headers *commonconfig.Headers) error {
	if headers == nil {
		return nil
	}
	if err := headers.Validate(); err != nil {
		return err
	}
	for _, header := range headers.Headers {
		for _, path := range header.Files {
			if err := checkSecretFile("files", path); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkSecretFile reads the file that a key names, if it does.
func checkSecretFile(key, path string) error {
	if path == "" {
		return nil
	}
	if _, err := inTime(func() (string, error) { return ReadSecretFile(path) }); err != nil {
		return fieldErrorf(key, "cannot read the file: %w", err)
	}
	return nil
}

// checkTLS checks certificates and keys. Many systems have the same ones.
func (s *shared) checkTLS(c commonconfig.TLSConfig) error {
	if c == (commonconfig.TLSConfig{}) {
		return nil
	}
	err, known := s.tls[c]
	if !known {
		err = checkTLS(&c)
		s.tls[c] = err
	}
	return err
}

func checkTLS(c *commonconfig.TLSConfig) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if c.MaxVersion != 0 && c.MaxVersion < c.MinVersion {
		return fieldErrorf("max_version", "is lower than min_version")
	}
	authority, err := pem("ca", c.CA, c.CAFile)
	if err != nil {
		return err
	}
	if authority != nil && !x509.NewCertPool().AppendCertsFromPEM(authority) {
		return fieldErrorf(fileKey("ca", c.CAFile), "no certificate in PEM format")
	}
	certificate, err := pem("cert", c.Cert, c.CertFile)
	if err != nil {
		return err
	}
	key, err := pem("key", string(c.Key), c.KeyFile)
	if err != nil || certificate == nil {
		return err
	}
	if _, err := tls.X509KeyPair(certificate, key); err != nil {
		return fieldErrorf(fileKey("cert", c.CertFile), "not a certificate and the key to it in PEM format")
	}
	return nil
}

// pem returns what is written below a key, or in the file that a key names; nil
// if there is neither.
func pem(key, text, path string) ([]byte, error) {
	if path == "" {
		if text == "" {
			return nil, nil
		}
		return []byte(text), nil
	}
	content, err := inTime(func() ([]byte, error) { return readFile(path, maxCertificate) })
	if err != nil {
		return nil, fieldErrorf(fileKey(key, path), "cannot read the file: %w", err)
	}
	return content, nil
}

// fileKey returns the key that was used, with a file or without.
func fileKey(key, path string) string {
	if path != "" {
		return key + "_file"
	}
	return key
}
