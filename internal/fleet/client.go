package fleet

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"time"

	commonconfig "github.com/prometheus/common/config"
	"golang.org/x/oauth2"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
	"thulium_exporter/thulium"
)

// idleTimeout is after how long idle connections are closed. With many systems,
// their TLS state would take more memory than everything else; connections are
// still reused where requests are more frequent.
const idleTimeout = 20 * time.Second

// Observe is called with the outcome of each request; see thulium.Options.
type Observe = func(result thulium.Result, took time.Duration)

// NewClient returns a client of the system with its credentials, certificates
// and proxy, and the HTTP client below it, which can have more options. The reader
// reads its secrets. observe may be nil.
func NewClient(c config.System, userAgent string, reader *files.Reader, observe Observe, more ...commonconfig.HTTPClientOption) (*thulium.Client, *http.Client, error) {
	options := []commonconfig.HTTPClientOption{
		commonconfig.WithIdleConnTimeout(idleTimeout),
		commonconfig.WithSecretManager(secretFiles{reader}),
	}
	if c.PollInterval > idleTimeout {
		options = append(options, commonconfig.WithKeepAlivesDisabled()) // no connection would live until the next poll
	}
	options = append(options, more...)
	// One name for all: the library keeps metrics per name, which are not exposed.
	transport, err := commonconfig.NewRoundTripperFromConfig(withReferences(c.HTTP), "thulium", options...)
	if err != nil {
		return nil, nil, err
	}
	if c.HTTP.OAuth2 != nil {
		transport = tokenErrors{transport}
	}
	return thulium.New(c.URL, transport, thulium.Options{
		CampaignIDs: c.CampaignIDs, UserAgent: userAgent, Observe: observe,
		Secrets: proxySecrets(&c),
	}), &http.Client{Transport: transport}, nil
}

// secretFiles reads secrets from files for the library, each time they are needed.
type secretFiles struct{ files *files.Reader }

// Fetch reads a file. An empty file is an error: it is probably being replaced.
// Errors are fs.PathErrors, without the path: that may be a secret in the wrong
// place.
func (f secretFiles) Fetch(ctx context.Context, path string) (string, error) {
	secret, err := f.files.Secret(ctx, path)
	if err != nil {
		return "", &fs.PathError{Op: "read", Path: "the credentials file", Err: err}
	}
	return secret, nil
}

// withReferences returns the settings with the files of credentials as references,
// which the library has secretFiles read.
func withReferences(c commonconfig.HTTPClientConfig) commonconfig.HTTPClientConfig {
	if c.BasicAuth != nil {
		auth := *c.BasicAuth
		auth.UsernameRef, auth.UsernameFile = auth.UsernameFile, ""
		auth.PasswordRef, auth.PasswordFile = auth.PasswordFile, ""
		c.BasicAuth = &auth
	}
	if c.Authorization != nil {
		auth := *c.Authorization
		auth.CredentialsRef, auth.CredentialsFile = auth.CredentialsFile, ""
		c.Authorization = &auth
	}
	if c.OAuth2 != nil {
		auth := *c.OAuth2
		auth.ClientSecretRef, auth.ClientSecretFile = auth.ClientSecretFile, ""
		c.OAuth2 = &auth
	}
	return c
}

// proxySecrets returns the secrets that a proxy is sent. All others are in the
// header of the request, or sent to a token endpoint.
func proxySecrets(c *config.System) (secrets []string) {
	settings := c.HTTP.ProxyConfig // Proxy changes it
	for _, values := range settings.GetProxyConnectHeader() {
		secrets = append(secrets, values...)
	}
	if settings.Proxy() == nil {
		return secrets
	}
	proxy, err := settings.Proxy()(&http.Request{URL: c.URL})
	if err != nil || proxy == nil || proxy.User == nil {
		return secrets
	}
	password, _ := proxy.User.Password()
	login := base64.StdEncoding.EncodeToString([]byte(proxy.User.Username() + ":" + password))
	return append(secrets, password, login)
}

// tokenErrors is a transport that requests tokens. Its errors quote nothing that a
// token endpoint has sent, which may echo the client's secret. It hides the library's
// CloseIdleConnections, which races with requests that hang; idleTimeout remains.
type tokenErrors struct{ http.RoundTripper }

func (t tokenErrors) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.RoundTripper.RoundTrip(req)
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		status := refused.Response.StatusCode
		return nil, &thulium.Error{
			Result: thulium.Connection,
			Err:    fmt.Errorf("the token endpoint responded with HTTP status %d %s", status, http.StatusText(status)),
			Advice: "Check token_url, client_id and the client secret below oauth2.",
		}
	}
	if _, ok := errors.AsType[*url.Error](err); ok { // of the library's own client
		return nil, tokenError{err}
	}
	return res, err
}

// tokenError is a failed request to a token endpoint, shown without its URL and
// what it responded.
type tokenError struct{ error }

func (e tokenError) Error() string {
	if local, ok := errors.AsType[*net.OpError](e.error); ok {
		return "the token endpoint cannot be reached: " + local.Error()
	}
	return "the request to the token endpoint failed"
}

func (e tokenError) Unwrap() error { return e.error }
