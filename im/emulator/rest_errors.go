package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

func restError(code int, format string, args ...any) error {
	return &wire.Error{Code: code, Info: fmt.Sprintf(format, args...)}
}

// refusal is the reply that an error stands for.
func (f *restFront) refusal(command string, err error) any {
	var refused *wire.Error
	if !errors.As(err, &refused) {
		reason := core.AsError(err)
		if reason.Code == core.CodeInternal && !errors.Is(err, context.Canceled) && !errors.Is(err, core.ErrNotStored) {
			f.Logger.Error("REST command failed", "command", command, "error", err)
		}
		refused = &wire.Error{Code: restCode(command, reason.Code), Info: reason.Info}
	}
	result := wire.Fail(refused.Code, refused.Info)
	switch restService(command) {
	case "profile", "recentcontact", "sns":
		return wire.DisplayResult{Result: result}
	}
	return wire.Reply{Result: result}
}

func restService(command string) string {
	service, _, _ := strings.Cut(command, ".")
	return service
}

// Numbers that services have of their own for two of the core's codes.
var (
	restInternal = map[string]int{
		"openim": wire.CodeC2CInternal, "im_open_login_svc": 70500, "profile": 40006, "recentcontact": 50004,
	}
	restUnknownAccount = map[string]int{
		"group_open_http_svc": wire.CodeGroupNoAccount, "openim": wire.CodeC2CUnknown, "recentcontact": wire.CodeContactNoAccount,
	}
)

// restCode gives the core's general codes the numbers of a service.
func restCode(command string, code int) int {
	var own map[string]int
	switch code {
	case core.CodeInternal:
		own = restInternal
	case core.CodeUnknownAccount:
		own = restUnknownAccount
	}
	if translated, ok := own[restService(command)]; ok {
		return translated
	}
	return code
}

// restDecodeError tells bodies that are no JSON objects from fields of the wrong type.
func restDecodeError(command string, err error) error {
	var wrongType *json.UnmarshalTypeError
	if !errors.As(err, &wrongType) || wrongType.Field == "" {
		return restError(wire.CodeJSON, "the body is not a JSON object: %v", err)
	}
	field := wrongType.Field[strings.LastIndexByte(wrongType.Field, '.')+1:] // embedded types stand before it
	return restError(restParameterCode(command, field), "%s must not be a JSON %s", field, wrongType.Value)
}

// restParameterCode is the code by which a service refuses a field of the wrong type.
func restParameterCode(command, field string) int {
	switch restService(command) {
	case "openim":
		return restC2CParameterCode(field)
	case "im_open_login_svc":
		return wire.CodeAccountParam
	case "profile":
		return wire.CodeProfileParam
	case "recentcontact":
		return wire.CodeContactParam
	case "sns":
		return core.CodeRelationParameter
	}
	return wire.CodeGroupParam
}

func restC2CParameterCode(field string) int {
	switch field {
	case "To_Account":
		return wire.CodeC2CTo
	case "From_Account":
		return wire.CodeC2CFrom
	case "MsgRandom":
		return wire.CodeC2CRandom
	case "MsgTimeStamp":
		return codeC2CTime
	case "SyncOtherMachine":
		return 90031
	case "MsgLifeTime":
		return 90044
	case "OfflinePushInfo":
		return codeC2CPushInfo
	}
	return wire.CodeC2CJSON
}
