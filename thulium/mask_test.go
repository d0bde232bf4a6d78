package thulium_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"thulium_exporter/thulium"
)

// TestMask: secrets are shown nowhere, in whatever form they come back.
func TestMask(t *testing.T) {
	const password, key, proxyPassword = `pass"w/rd+1`, "header-key", "proxy-secret"
	token := base64.StdEncoding.EncodeToString([]byte("exporter:" + password))
	for name, response := range map[string]http.HandlerFunc{
		"message":     sending(400, `{"errors":[{"message":"`+strings.Repeat("a", 295)+` pass\"w\/rd+1","code":"`+token+`"}]}`),
		"request ID":  sending(400, `{"request_id":"`+token+`","errors":[]}`),
		"header":      sending(500, "", "X-Request-Id", token),
		"redirect":    sending(302, "", "Location", "https://acme.test/"+token+"/"+key),
		"keys":        sending(200, `{"pass\"w\/rd+1":1,"`+token+`":2}`),
		"id":          sending(200, `[{"id":"`+token+`","records_count":1,"completion_percent":2}]`),
		"id rejected": sending(200, `[{"id":"`+token+`"}]`),
		"number":      sending(200, `[{"id":"1","records_count":"`+key+`"}]`),
		"escaped":     sending(200, `{"pass%22w%2Frd%2B1":1}`),
		"base64":      sending(200, `{"`+base64.StdEncoding.EncodeToString([]byte(key))+`":1}`),
		"proxy":       sending(200, `{"`+proxyPassword+`":1}`),
		"not HTTP":    echoing("Authorization"),
		"no header":   echoing("X-Key"),
	} {
		t.Run(name, func(t *testing.T) {
			rt := transport(func(r *http.Request) (*http.Response, error) {
				r = r.Clone(r.Context())
				r.Header.Set("X-Key", key)
				return inMemory(t, response).RoundTrip(r)
			})
			c := client(t, "http://acme.test", basicAuth{"exporter", password, rt}, thulium.Options{Secrets: []string{proxyPassword}})
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
			if !strings.Contains(text, "<secret>") {
				t.Errorf("nothing is masked in %q", text)
			}
			for _, secret := range []string{password, `pass\"w`, "w/rd", "w%2Frd", token, key, "aGVhZGVyLWtleQ", proxyPassword} {
				if strings.Contains(text, secret) {
					t.Errorf("%q has %q", text, secret)
				}
			}
		})
	}
}

// sending responds to each request the same; header is keys and values.
func sending(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// echoing responds with a field of the request's header, which is not HTTP.
func echoing(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, _ = buffered.WriteString(r.Header.Get(name) + "\r\n\r\n")
		_ = buffered.Flush()
	}
}

// TestMaskLeaves: neither a password of digits changes a real ID, nor a short
// secret or what each request carries a text. Nothing is left of a secret that begins
// like another one.
func TestMaskLeaves(t *testing.T) {
	ask := func(body string) (*thulium.Stats, error) {
		rt := basicAuth{"exporter", "0000", inMemory(t, sending(200, body))}
		return client(t, "http://acme.test", rt, thulium.Options{Secrets: []string{"abc", "four", "fourteen", "9999"}}).Stats(t.Context())
	}
	for _, id := range []string{"00001", "99991"} {
		stats, err := ask(strings.Replace(documented, "00001", id, 1))
		if err != nil || stats.Campaigns[0].ID != id {
			t.Errorf("got %+v, %v; want the ID %s", stats, err, id)
		}
	}
	for key, want := range map[string]string{
		"four": "<secret>", "fourteen": "<secret>", "abc": "abc", "acme.test": "acme.test", "identity": "identity", "application/json": "application/json",
	} {
		_, err := ask(`{"` + key + `":1}`)
		want = `the response is a JSON object with the keys ["` + want + `"] instead of an array`
		if e := failure(t, err, thulium.InvalidResponse); e.Error() != want {
			t.Errorf("got %q, want %q", e, want)
		}
	}
}
