package convert

import (
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"strings"

	"reddot/im/wire"
)

// maxUnquoted bounds how many fields of one document are read as numbers although they are written as strings.
const maxUnquoted = 16

// Lenient decodes JSON. A number that is written as a string is read as the number, because Tencent's documents disagree about some
// fields (rest-api, section 11); any other field of a wrong type is zero instead of losing the rest.
func Lenient(data []byte, into any) error {
	for range maxUnquoted {
		err := wire.Unmarshal(data, into)
		var mismatch *json.UnmarshalTypeError
		if !errors.As(err, &mismatch) {
			return err
		}
		key := mismatch.Field[strings.LastIndexByte(mismatch.Field, '.')+1:]
		if mismatch.Value != "string" || key == "" || !isInteger(mismatch.Type) {
			return nil
		}
		quoted := regexp.MustCompile(`("` + regexp.QuoteMeta(key) + `"\s*:\s*)"(-?[0-9]+)"`)
		if !quoted.Match(data) {
			return nil
		}
		data = quoted.ReplaceAll(data, []byte("$1$2"))
	}
	return nil
}

func isInteger(kind reflect.Type) bool {
	return kind != nil && kind.Kind() >= reflect.Int && kind.Kind() <= reflect.Uint64
}
