package push

import (
	"fmt"

	"reddot/im/wire"
	"reddot/model"
)

// readBody maps a MsgBody: an array of elements, or the object of a tip or notice. Anything else (the service is said
// to leave odd values in the place of deleted messages) is a message without elements.
func readBody(body []byte, groupID string, names *interner) []model.Element {
	s := newScanner(body, names)
	switch s.peek() {
	case '[':
		return readElements(s)
	case '{':
		if element := readTipOrNotice(s, groupID); element != nil {
			return []model.Element{element}
		}
	}
	return nil
}

func readElements(s *scanner) []model.Element {
	var elements []model.Element
	for range s.array() {
		var kind string
		var content []byte
		for key := range s.object() {
			switch key {
			case "MsgType":
				kind = s.name()
			case "MsgContent":
				content = s.raw()
			default:
				s.skip()
			}
		}
		if s.err == nil {
			elements = append(elements, readElement(kind, content, s.names))
		}
	}
	return elements
}

func readElement(kind string, content []byte, names *interner) model.Element {
	s := newScanner(content, names)
	if s.peek() != '{' {
		return model.Unknown{Type: kind, Raw: toText(content)}
	}
	switch kind {
	case wire.ElemText:
		return readText(s)
	case wire.ElemCustom:
		return readCustom(s)
	case wire.ElemFace:
		return readFace(s)
	case wire.ElemLocation:
		return readLocation(s)
	case wire.ElemImage:
		return readImage(s)
	case wire.ElemSound, wire.ElemFile, wire.ElemVideo:
		return readMedia(kind, s)
	}
	return model.Unknown{Type: kind, Raw: toText(content)}
}

func readText(s *scanner) model.Element {
	var text model.Text
	for key := range s.object() {
		if key != "Text" {
			s.skip()
			continue
		}
		text.Text = s.text()
	}
	return text
}

func readCustom(s *scanner) model.Element {
	var custom model.Custom
	for key := range s.object() {
		switch key {
		case "Data":
			custom.Data = s.text()
		case "Desc":
			custom.Description = s.text()
		case "Ext":
			custom.Extension = s.text()
		default:
			s.skip()
		}
	}
	return custom
}

func readFace(s *scanner) model.Element {
	var face model.Face
	for key := range s.object() {
		switch key {
		case "Index":
			face.Index = int(s.number())
		case "Data":
			face.Data = s.text()
		default:
			s.skip()
		}
	}
	return face
}

func readLocation(s *scanner) model.Element {
	var location model.Location
	for key := range s.object() {
		switch key {
		case "Desc":
			location.Description = s.text()
		case "Latitude":
			location.Latitude = s.fraction()
		case "Longitude":
			location.Longitude = s.fraction()
		default:
			s.skip()
		}
	}
	return location
}

// readImage reads a picture; its first size (the original, as the service lists them) is the one that is named.
func readImage(s *scanner) model.Element {
	image := model.Media{Kind: model.Image}
	for key := range s.object() {
		if key != "ImageInfoArray" {
			s.skip()
			continue
		}
		for i := range s.array() {
			size := readImageSize(s)
			if i == 0 {
				image = size
			}
		}
	}
	return image
}

func readImageSize(s *scanner) model.Media {
	image := model.Media{Kind: model.Image}
	for key := range s.object() {
		switch key {
		case "Size":
			image.Bytes = s.number()
		case "Width":
			image.Width = int(s.number())
		case "Height":
			image.Height = int(s.number())
		case "URL":
			image.URL = s.text()
		default:
			s.skip()
		}
	}
	return image
}

// readMedia reads a sound, file or video; their fields differ by name only.
func readMedia(kind string, s *scanner) model.Element {
	media := model.Media{Kind: mediaKinds[kind]}
	for key := range s.object() {
		switch key {
		case "Url", "VideoUrl":
			media.URL = s.text()
		case "Size", "FileSize", "VideoSize":
			media.Bytes = s.number()
		case "FileName":
			media.Name = s.text()
		case "Second", "VideoSecond":
			media.Seconds = int(s.number())
		case "ThumbWidth":
			media.Width = int(s.number())
		case "ThumbHeight":
			media.Height = int(s.number())
		default:
			s.skip()
		}
	}
	return media
}

var mediaKinds = map[string]model.MediaKind{
	wire.ElemSound: model.Sound,
	wire.ElemFile:  model.File,
	wire.ElemVideo: model.Video,
}

// wireBody encodes the elements of an outgoing message. Media cannot be sent: uploading is not part of this protocol.
func wireBody(elements []model.Element) (wire.MsgBody, error) {
	encoded := make([]wire.Element, 0, len(elements))
	for _, element := range elements {
		content, err := wireContent(element)
		if err != nil {
			return nil, err
		}
		one, err := wire.NewElement(content)
		if err != nil {
			return nil, err
		}
		encoded = append(encoded, one)
	}
	return wire.NewMsgBody(encoded...)
}

func wireContent(element model.Element) (wire.Content, error) {
	switch e := element.(type) {
	case model.Text:
		return wire.Text{Text: e.Text}, nil
	case model.Custom:
		return wire.Custom{Data: e.Data, Desc: e.Description, Ext: e.Extension}, nil
	case model.Face:
		return wire.Face{Index: e.Index, Data: e.Data}, nil
	case model.Location:
		return wire.Location{Desc: e.Description, Latitude: e.Latitude, Longitude: e.Longitude}, nil
	case model.Unknown:
		return wire.Unknown{MsgType: e.Type, MsgContent: []byte(e.Raw)}, nil
	default:
		return nil, fmt.Errorf("an element of type %T cannot be sent", element)
	}
}
