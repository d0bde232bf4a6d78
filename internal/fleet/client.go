package fleet

import (
	"context"
	"net/http"
	"slices"
	"time"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
	"thulium_exporter/thulium"
)

// idleTimeout is after how long idle connections are closed. With many systems,
// their TLS state would take more memory than everything else; connections are
// still reused where requests are more frequent.
const idleTimeout = 20 * time.Second

// Observe is called with the outcome of each request; see thulium.Options.
type Observe = func(ctx context.Context, result thulium.Result, took time.Duration)

// NewClient returns a client of the system with its credentials, certificates
// and proxy, and the HTTP client below it. observe may be nil.
func NewClient(c config.System, userAgent string, observe Observe) (*thulium.Client, *http.Client, error) {
	return newClients(userAgent).client(&c, observe)
}

// clients makes the clients of systems. Only Options change it.
type clients struct {
	userAgent string
	files     *files.Reader
	http      []commonconfig.HTTPClientOption
}

func newClients(userAgent string) *clients {
	return &clients{
		userAgent: userAgent,
		files:     files.NewReader(),
		http:      []commonconfig.HTTPClientOption{commonconfig.WithIdleConnTimeout(idleTimeout)},
	}
}

func (f *clients) client(c *config.System, observe Observe) (*thulium.Client, *http.Client, error) {
	settings, options := c.HTTP, slices.Clip(f.http)
	settings.BasicAuth = nil // see below
	if c.PollInterval > idleTimeout {
		options = append(options, commonconfig.WithKeepAlivesDisabled()) // no connection would live until the next poll
	}
	// One name for all: the library keeps metrics per name, which are not exposed.
	transport, err := commonconfig.NewRoundTripperFromConfig(settings, "thulium", options...)
	if err != nil {
		return nil, nil, err
	}
	if auth := c.HTTP.BasicAuth; auth != nil {
		transport = commonconfig.NewBasicAuthRoundTripper(
			newSecret(f.files, auth.Username, auth.UsernameFile), newSecret(f.files, string(auth.Password), auth.PasswordFile), transport)
	}
	client := &http.Client{Transport: transport}
	return thulium.New(c.URL, transport, thulium.Options{
		CampaignIDs: c.CampaignIDs, UserAgent: f.userAgent, Observe: observe,
		Secrets: func() []string { return secretsOf(f.files, &c.HTTP) },
	}), client, nil
}
