package convert

import (
	"fmt"

	"reddot/im/wire"
	"reddot/model"
)

// ReadBody maps a MsgBody: an array of elements, or the object of a tip or notice. Anything else (the service is said
// to leave odd values in the place of deleted messages) is a message without elements.
func ReadBody(body []byte, groupID string, names *Interner) []model.Element {
	s := NewScanner(body, names)
	switch s.Peek() {
	case '[':
		return readElements(s)
	case '{':
		if element := readTipOrNotice(s, groupID); element != nil {
			return []model.Element{element}
		}
	}
	return nil
}

func readElements(s *Scanner) []model.Element {
	var elements []model.Element
	for range s.Array() {
		var kind string
		var content []byte
		for key := range s.Object() {
			switch key {
			case "MsgType":
				kind = s.Name()
			case "MsgContent":
				content = s.Raw()
			default:
				s.Skip()
			}
		}
		if s.err == nil {
			elements = append(elements, readElement(kind, content, s.names))
		}
	}
	return elements
}

func readElement(kind string, content []byte, names *Interner) model.Element {
	s := NewScanner(content, names)
	if s.Peek() != '{' {
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

func readText(s *Scanner) model.Element {
	var text model.Text
	for key := range s.Object() {
		if key != "Text" {
			s.Skip()
			continue
		}
		text.Text = s.Text()
	}
	return text
}

func readCustom(s *Scanner) model.Element {
	var custom model.Custom
	for key := range s.Object() {
		switch key {
		case "Data":
			custom.Data = s.Text()
		case "Desc":
			custom.Description = s.Text()
		case "Ext":
			custom.Extension = s.Text()
		default:
			s.Skip()
		}
	}
	return custom
}

func readFace(s *Scanner) model.Element {
	var face model.Face
	for key := range s.Object() {
		switch key {
		case "Index":
			face.Index = int(s.Number())
		case "Data":
			face.Data = s.Text()
		default:
			s.Skip()
		}
	}
	return face
}

func readLocation(s *Scanner) model.Element {
	var location model.Location
	for key := range s.Object() {
		switch key {
		case "Desc":
			location.Description = s.Text()
		case "Latitude":
			location.Latitude = s.fraction()
		case "Longitude":
			location.Longitude = s.fraction()
		default:
			s.Skip()
		}
	}
	return location
}

// readImage reads a picture; its first size (the original, as the service lists them) is the one that is named.
func readImage(s *Scanner) model.Element {
	image := model.Media{Kind: model.Image}
	for key := range s.Object() {
		if key != "ImageInfoArray" {
			s.Skip()
			continue
		}
		for i := range s.Array() {
			size := readImageSize(s)
			if i == 0 {
				image = size
			}
		}
	}
	return image
}

func readImageSize(s *Scanner) model.Media {
	image := model.Media{Kind: model.Image}
	for key := range s.Object() {
		switch key {
		case "Size":
			image.Bytes = s.Number()
		case "Width":
			image.Width = int(s.Number())
		case "Height":
			image.Height = int(s.Number())
		case "URL":
			image.URL = s.Text()
		default:
			s.Skip()
		}
	}
	return image
}

// readMedia reads a sound, file or video; their fields differ by name only.
func readMedia(kind string, s *Scanner) model.Element {
	media := model.Media{Kind: mediaKinds[kind]}
	for key := range s.Object() {
		switch key {
		case "Url", "VideoUrl":
			media.URL = s.Text()
		case "Size", "FileSize", "VideoSize":
			media.Bytes = s.Number()
		case "FileName":
			media.Name = s.Text()
		case "Second", "VideoSecond":
			media.Seconds = int(s.Number())
		case "ThumbWidth":
			media.Width = int(s.Number())
		case "ThumbHeight":
			media.Height = int(s.Number())
		default:
			s.Skip()
		}
	}
	return media
}

var mediaKinds = map[string]model.MediaKind{
	wire.ElemSound: model.Sound,
	wire.ElemFile:  model.File,
	wire.ElemVideo: model.Video,
}

// WriteBody encodes the elements of an outgoing message. Media cannot be sent: uploading is not part of this protocol.
func WriteBody(elements []model.Element) (wire.MsgBody, error) {
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
