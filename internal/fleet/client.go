package fleet

import (
	"context"
	"net/http"
	"time"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/config"
	"thulium_exporter/thulium"
)

// idleTimeout closes connections that wait for the next request. Many idle
// ones, with their TLS state, would cost more memory than all else; where
// requests come more often than this, connections are still reused.
const idleTimeout = 20 * time.Second

// Observe is called with the outcome of each request; see thulium.Options.
type Observe = func(ctx context.Context, result thulium.Result, took time.Duration)

// NewClient returns a client of the system with its credentials, certificates
// and proxy, and the HTTP client below it. observe may be nil.
func NewClient(c config.System, userAgent string, observe Observe) (*thulium.Client, *http.Client, error) {
	return newWay(userAgent).client(&c, observe)
}

func (w *way) client(c *config.System, observe Observe) (*thulium.Client, *http.Client, error) {
	transport, err := w.transport(c)
	if err != nil {
		return nil, nil, err
	}
	if auth := c.HTTP.BasicAuth; auth != nil {
		transport = commonconfig.NewBasicAuthRoundTripper(
			secret(auth.Username, auth.UsernameFile), secret(string(auth.Password), auth.PasswordFile), transport)
	}
	client := &http.Client{Transport: transport}
	return thulium.New(c.URL, client, thulium.Options{
		CampaignIDs: c.CampaignIDs, UserAgent: w.userAgent, Observe: observe, MaxBody: w.maxBody, Unzippers: w.unzippers,
	}), client, nil
}

// secret returns one that is written in the configuration or, each time that it
// is needed, read from a file.
func secret(text, file string) commonconfig.SecretReader {
	if text != "" {
		return commonconfig.NewInlineSecret(text)
	}
	return commonconfig.NewFileSecret(file)
}
