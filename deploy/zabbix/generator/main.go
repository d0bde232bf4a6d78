// Command generator writes the Zabbix templates of each language from template.yaml.
// They are never edited.
package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"text/template"
)

//go:embed template.yaml
var source string

func main() {
	directory := flag.String("directory", "deploy/zabbix", "where to write the files")
	flag.Parse()
	for name, language := range files() {
		text, err := render(language)
		if err == nil {
			err = os.WriteFile(filepath.Join(*directory, name), text, 0o644) //nolint:gosec // it is published
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "generator:", err)
			os.Exit(1)
		}
	}
}

// files returns the language of each file.
func files() map[string]string {
	return map[string]string{"thulium.yaml": "en", "thulium.pl.yaml": "pl"}
}

// render returns the templates in a language. What Zabbix knows as {{…}} stays: here
// actions are in [[…]].
func render(language string) ([]byte, error) {
	t, err := template.New("template.yaml").Delims("[[", "]]").Funcs(template.FuncMap{
		"uuid": func(name string) string { return uuid(language + "/" + name) },
		"raw":  func(english, polish string) string { return pick(language, english, polish) },
		"tr":   func(english, polish string) string { return strconv.Quote(pick(language, english, polish)) },
	}).Parse(source)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = t.Execute(&text, language)
	return text.Bytes(), err
}

func pick(language, english, polish string) string {
	if language == "pl" {
		return polish
	}
	return english
}

// uuid returns the same UUID for the same name, of the version that Zabbix accepts.
// By it Zabbix recognizes what it has imported before, even under another name.
func uuid(name string) string {
	sum := sha256.Sum256([]byte("thulium_exporter/zabbix/" + name))
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80
	return hex.EncodeToString(sum[:16])
}
