// Class names for open vocabulary (MODEL.md E.8): lists of them, synonyms, templates. No torch.
// Pure functions but for readClassNames(); any thread.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

struct ClassName {
    std::string name;   ///< may hold synonyms: "cup,mug", "cup_or_mug", "cup/mug"
    bool thing = true;  ///< countable
    bool operator==(const ClassName&) const = default;
};

/// '_or_' and '/' -> ',', '_' -> ' ', lower case, split at ',', stripped. Empty pieces are left
/// out.
std::vector<std::string> synonymsOf(std::string_view name);

/// ViLD's; "{}" is where the name goes.
extern const std::array<std::string_view, 14> kClassTemplates;
std::string filledTemplate(std::string_view pattern, std::string_view name);

/// "cat, dog, cup/mug": classes separated by commas, synonyms by '/' or '_or_'. BadRequest where
/// there is none, or one twice.
Result<std::vector<ClassName>> parseClassNames(std::string_view text);
/// A text file, one class a line, synonyms separated by commas, a line "stuff: sky" for what is not
/// counted, '#' for remarks; or JSON: COCO's list of categories (name, isthing), bare or under
/// "categories". Errors: NotFound, Unreadable, BadRequest.
Result<std::vector<ClassName>> readClassNames(const std::string& path);
/// readClassNames() where `text` names a file that is there, else parseClassNames().
Result<std::vector<ClassName>> classNamesFrom(const std::string& text);
/// The 80 things and 53 stuff classes of COCO panoptic, in the order of RAP-SAM's table.
const std::vector<ClassName>& cocoPanopticNames();

}  // namespace fs2
