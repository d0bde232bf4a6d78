package thulium_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"thulium_exporter/thulium"
)

// TestMask proves that secrets are shown nowhere, in whatever form they come
// back, and that they are read once for a response.
func TestMask(t *testing.T) {
	const password, clientSecret = `pass"w/rd+1`, "oauth-secret"
	token := base64.StdEncoding.EncodeToString([]byte("exporter:" + password))
	for name, rt := range map[string]transport{
		"message":     responding(400, `{"errors":[{"message":"`+strings.Repeat("a", 295)+` pass\"w\/rd+1","code":"`+token+`"}]}`),
		"request ID":  responding(400, `{"request_id":"`+token+`","errors":[]}`),
		"header":      responding(500, "", "X-Request-Id", token),
		"redirect":    responding(302, "", "Location", "https://acme.test/"+token+"/"+clientSecret),
		"keys":        responding(200, `{"pass\"w\/rd+1":1,"`+token+`":2}`),
		"id":          responding(200, `[{"id":"`+token+`","records_count":1,"completion_percent":2}]`),
		"id rejected": responding(200, `[{"id":"`+token+`"}]`),
		"number":      responding(200, `[{"id":"1","records_count":"`+clientSecret+`"}]`),
		"transport":   failing(errors.New("proxy says " + clientSecret)),
	} {
		t.Run(name, func(t *testing.T) {
			reads := 0
			c := client(t, "https://acme.test", basicAuth{"exporter", password, rt}, thulium.Options{
				Secrets: func() []string { reads++; return []string{clientSecret} },
			})
			stats, err := c.Stats(t.Context())
			text := ""
			if err != nil {
				e := failure(t, err, result(err))
				text = e.Error() + e.Err.Error()
			} else {
				for _, c := range stats.Campaigns {
					text += c.ID
				}
				text += reasonOf(stats)
			}
			if !strings.Contains(text, "<secret>") || reads != 1 {
				t.Errorf("nothing is masked in %q, or the secrets were read %d times", text, reads)
			}
			for _, secret := range []string{password, `pass\"w`, "w/rd", token, clientSecret} {
				if strings.Contains(text, secret) {
					t.Errorf("%q has %q", text, secret)
				}
			}
		})
	}
}

// TestMaskLeavesIDs proves that a password of digits changes no real ID.
func TestMaskLeavesIDs(t *testing.T) {
	c := client(t, "https://acme.test", basicAuth{"exporter", "0000", responding(200, documented)}, thulium.Options{})
	stats, err := c.Stats(t.Context())
	if err != nil || stats.Campaigns[0].ID != "00001" {
		t.Errorf("got %+v, %v", stats, err)
	}
}
