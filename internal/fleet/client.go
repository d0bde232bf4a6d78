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
	http      []commonconfig.HTTPClientOption
}

func newClients(userAgent string) *clients {
	return &clients{
		userAgent: userAgent,
		http: []commonconfig.HTTPClientOption{
			commonconfig.WithIdleConnTimeout(idleTimeout),
			commonconfig.WithSecretManager(secretFiles{files.NewReader()}),
		},
	}
}

func (f *clients) client(c *config.System, observe Observe) (*thulium.Client, *http.Client, error) {
	options := slices.Clip(f.http)
	if c.PollInterval > idleTimeout {
		options = append(options, commonconfig.WithKeepAlivesDisabled()) // no connection would live until the next poll
	}
	// One name for all: the library keeps metrics per name, which are not exposed.
	transport, err := commonconfig.NewRoundTripperFromConfig(withReferences(c.HTTP), "thulium", options...)
	if err != nil {
		return nil, nil, err
	}
	if c.HTTP.OAuth2 != nil {
		transport = tokenErrors{transport}
	}
	return thulium.New(c.URL, transport, thulium.Options{
		CampaignIDs: c.CampaignIDs, UserAgent: f.userAgent, Observe: observe,
		Secrets: proxySecrets(c),
	}), &http.Client{Transport: transport}, nil
}
