package fleet

import (
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

// NewClient returns a client of the system with its credentials, certificates
// and proxy, and the HTTP client below it. observe may be nil.
func NewClient(c config.System, userAgent string, observe func(thulium.Result), reach ...Reach) (*thulium.Client, *http.Client, error) {
	w := way{http: []commonconfig.HTTPClientOption{commonconfig.WithIdleConnTimeout(idleTimeout)}}
	for _, change := range reach {
		change(&w)
	}
	options := w.http
	if c.PollInterval > idleTimeout {
		// No connection lives until the next poll, and HTTP/2 pays only then.
		options = append(options, commonconfig.WithKeepAlivesDisabled(), commonconfig.WithHTTP2Disabled())
	}
	// One name for all: the client keeps metrics per name, which nobody reads.
	client, err := commonconfig.NewClientFromConfig(c.HTTP, "thulium", options...)
	if err != nil {
		return nil, nil, err
	}
	return thulium.New(c.URL, client, thulium.Options{
		CampaignIDs: c.CampaignIDs, UserAgent: userAgent, Observe: observe, MaxBody: w.maxBody, Unzippers: w.unzippers,
	}), client, nil
}
