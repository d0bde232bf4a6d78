package status

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	text "text/template"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// tongue is a language of the page. It is safe for concurrent use.
type tongue struct {
	Tag     language.Tag
	Name    string       // in the language itself
	Style   template.CSS // with the labels that narrow screens need
	policy  string       // Content-Security-Policy
	printer *message.Printer
}

// tongues returns the languages of the page. The first is that of programs, and
// of visitors who speak none of them.
func tongues() ([]*tongue, error) {
	all := []*tongue{{Tag: language.English, Name: "English"}, {Tag: language.Polish, Name: "Polski"}}
	builder := catalog.NewBuilder(catalog.Fallback(language.English))
	var err error
	for _, t := range all {
		t.printer = message.NewPrinter(t.Tag, message.Catalog(builder))
		err = errors.Join(err, t.addTo(builder), t.dress())
	}
	return all, err
}

// catalogue is a file of what is said in a language, by key. A key without a
// text in English is the text itself.
type catalogue struct {
	Texts map[string]string
	// Forms are those of 1, in Polish of 2, and of 5, where the first argument
	// decides.
	Forms map[string][]string
}

func (t *tongue) addTo(b *catalog.Builder) error {
	file, err := assets.ReadFile("language/" + t.Tag.String() + ".json")
	if err != nil {
		return err
	}
	var c catalogue
	err = json.Unmarshal(file, &c)
	for key, text := range c.Texts {
		err = errors.Join(err, b.SetString(t.Tag, key, text))
	}
	for key, forms := range c.Forms {
		cases := []any{plural.One, forms[0]}
		if len(forms) > 2 {
			cases = append(cases, plural.Few, forms[1])
		}
		cases = append(cases, plural.Other, forms[len(forms)-1])
		err = errors.Join(err, b.Set(t.Tag, key, plural.Selectf(1, "%d", cases...)))
	}
	return err
}

// T returns a text in this language, with verbs as of package fmt.
func (t *tongue) T(key string, args ...any) string { return t.printer.Sprintf(key, args...) }

// dress makes the style sheet, and the policy that allows no other style, no
// script, and nothing from elsewhere.
func (t *tongue) dress() error {
	sheet, err := text.ParseFS(assets, "style.css")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := sheet.Execute(&b, t); err != nil {
		return err
	}
	hash := sha256.Sum256(b.Bytes())
	t.Style = template.CSS(b.String()) //nolint:gosec // the style is our own
	t.policy = "default-src 'none'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-" +
		base64.StdEncoding.EncodeToString(hash[:]) + "'"
	return nil
}
