package fleet_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/thulium"
)

// TestSecrets: what was sent to Thulium, to a proxy or to a token endpoint is not
// shown when it comes back.
func TestSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("file-secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		set     func(*commonconfig.HTTPClientConfig, *url.URL)
		secrets []string
	}{
		"password": {func(c *commonconfig.HTTPClientConfig, _ *url.URL) {
			c.BasicAuth = &commonconfig.BasicAuth{Username: "exporter", PasswordFile: file}
		}, []string{"file-secret", "ZXhwb3J0ZXI6ZmlsZS1zZWNyZXQ="}},
		"credentials": {func(c *commonconfig.HTTPClientConfig, _ *url.URL) {
			c.Authorization = &commonconfig.Authorization{Type: "Bearer", CredentialsFile: file}
		}, []string{"file-secret"}},
		"headers": {func(c *commonconfig.HTTPClientConfig, _ *url.URL) {
			c.HTTPHeaders = &commonconfig.Headers{Headers: map[string]commonconfig.Header{
				"X-Key": {Secrets: []commonconfig.Secret{"header-secret"}, Files: []string{file}},
			}}
		}, []string{"header-secret", "file-secret"}},
		"proxy": {func(c *commonconfig.HTTPClientConfig, server *url.URL) {
			proxy := *server
			proxy.User = url.UserPassword("exporter", "proxy-secret")
			c.ProxyURL = commonconfig.URL{URL: &proxy}
		}, []string{"proxy-secret", "ZXhwb3J0ZXI6cHJveHktc2VjcmV0"}},
		"token": {func(c *commonconfig.HTTPClientConfig, server *url.URL) {
			c.BasicAuth = nil
			c.OAuth2 = &commonconfig.OAuth2{ClientID: "exporter", ClientSecretFile: file, TokenURL: server.JoinPath("token").String()}
		}, []string{"access-secret"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(echo))
			defer server.Close()
			u, err := url.Parse(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			d := draft(server.URL, 0)
			d.AllowHTTP = true
			tt.set(&d.HTTP, u)
			if d.HTTP.ProxyURL.URL != nil {
				d.URL = "http://acme.test"
			}
			if d.HTTP.Authorization != nil {
				d.HTTP.BasicAuth = nil
			}
			hides(t, d, []string{"the API reported an error", "<secret>"}, tt.secrets)
		})
	}
}

// echo responds with all that it was sent, as Thulium or as a token endpoint.
func echo(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/token" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":"access-secret"}`)
		return
	}
	_, password, _ := r.BasicAuth()
	text, err := json.Marshal(fmt.Sprint(password, r.Header))
	if err != nil {
		panic(err)
	}
	_, _ = fmt.Fprintf(w, `{"errors":[{"message":%s}]}`, text)
}

// hides checks what a failed request shows of texts.
func hides(t *testing.T, d config.Draft, wanted, secrets []string) {
	t.Helper()
	client, _, err := fleet.NewClient(check(t, "a", d), "test", files.NewReader(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Stats(t.Context())
	failure, ok := errors.AsType[*thulium.Error](err)
	if !ok {
		t.Fatalf("got %v, want a *thulium.Error", err)
	}
	text := fmt.Sprintf("%v %+v %s", failure, failure.Err, failure.Hint())
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%q has %q", text, secret)
		}
	}
}

// TestTokenEndpoint: nothing that it responds is quoted.
func TestTokenEndpoint(t *testing.T) {
	for name, tt := range map[string]struct {
		response string
		want     string
	}{
		"refused": {"HTTP/1.1 401 %s\r\nContent-Type: application/json\r\n\r\n" +
			`{"error":"invalid_client","error_description":"%[1]s"}`, "the token endpoint responded with HTTP status 401 Unauthorized"},
		"page":         {"HTTP/1.1 500 Oops\r\n\r\n<p>%s", "the token endpoint responded with HTTP status 500 Internal Server Error"},
		"not HTTP":     {"%s\r\n\r\n", "the request to the token endpoint failed"},
		"bad redirect": {"HTTP/1.1 302 Found\r\nLocation: http://[%s\r\n\r\n", "the request to the token endpoint failed"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, secret, _ := r.BasicAuth()
				if secret == "" {
					secret = r.PostFormValue("client_secret")
				}
				raw(w, fmt.Sprintf(tt.response, secret))
			}))
			defer server.Close()
			d := draft(server.URL, 0)
			d.HTTP.BasicAuth = nil
			d.HTTP.OAuth2 = &commonconfig.OAuth2{ClientID: "exporter", ClientSecret: "client-secret", TokenURL: server.URL}
			hides(t, d, []string{tt.want}, []string{"client-secret"})
		})
	}
}

// TestTokenEndpointDown: the error says where nobody listens.
func TestTokenEndpointDown(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	d := draft(server.URL, 0)
	d.HTTP.BasicAuth = nil
	d.HTTP.OAuth2 = &commonconfig.OAuth2{ClientID: "exporter", ClientSecret: "client-secret", TokenURL: server.URL}
	hides(t, d, []string{"the token endpoint cannot be reached: dial tcp " + strings.TrimPrefix(server.URL, "http://")}, nil)
}

// TestProxyRefuses: the reason is the proxy's own text.
func TestProxyRefuses(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw(w, fmt.Sprintf("HTTP/1.1 407 Who is %s with %s\r\n\r\n", r.Header.Get("Proxy-Authorization"), r.Header.Get("X-Key")))
	}))
	defer server.Close()
	proxy, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy.User = url.UserPassword("exporter", "proxy-secret")
	d := draft("https://acme.test", 0)
	d.HTTP.ProxyURL = commonconfig.URL{URL: proxy}
	d.HTTP.ProxyConnectHeader = commonconfig.ProxyHeader{"X-Key": {"connect-secret"}}
	hides(t, d, []string{"Who is Basic <secret> with <secret>"}, []string{"ZXhwb3J0ZXI6cHJveHktc2VjcmV0", "connect-secret"})
}

// TestProxyFromEnvironment: it is used, and what it is sent is hidden.
func TestProxyFromEnvironment(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw(w, fmt.Sprintf("HTTP/1.1 407 No %s for %s\r\n\r\n", r.Host, r.Header.Get("Proxy-Authorization")))
	}))
	defer server.Close()
	t.Setenv("NO_PROXY", "")
	t.Setenv("HTTPS_PROXY", strings.Replace(server.URL, "http://", "http://exporter:proxy-secret@", 1))
	d := draft("https://acme.test", 0)
	d.HTTP.ProxyFromEnvironment = true
	hides(t, d, []string{"No acme.test:443 for Basic <secret>"}, []string{"ZXhwb3J0ZXI6cHJveHktc2VjcmV0"})
}

// raw responds with a text, whatever the protocol says, and closes the connection.
func raw(w http.ResponseWriter, text string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, text)
}
