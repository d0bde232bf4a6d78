package fleet

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/files"
)

func TestSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	proxy := &url.URL{User: url.UserPassword("p", "proxy-password")}
	got := secretsOf(files.NewReader(), &commonconfig.HTTPClientConfig{
		BasicAuth:     &commonconfig.BasicAuth{Username: "u", PasswordFile: file},
		Authorization: &commonconfig.Authorization{Credentials: "token"},
		OAuth2:        &commonconfig.OAuth2{ClientSecret: "client-secret"},
		ProxyConfig:   commonconfig.ProxyConfig{ProxyURL: commonconfig.URL{URL: proxy}},
		HTTPHeaders: &commonconfig.Headers{Headers: map[string]commonconfig.Header{
			"X-Key": {Secrets: []commonconfig.Secret{"key"}, Files: []string{file + ".missing"}},
		}},
	})
	for _, want := range []string{"from-file", "dTpmcm9tLWZpbGU=", "token", "client-secret", "proxy-password", "key"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}
