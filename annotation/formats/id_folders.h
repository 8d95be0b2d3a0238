// Folders of PNG files whose pixels are numbers of objects, one a frame: what DAVIS and plain PNG exports
// have in common; and objects.txt, which says what the numbers are: a line "CLIP number class name" for each
// object, with tabs between. Internal to formats.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/formats/clip_formats.h"

namespace fs2 {

inline constexpr const char* kObjectList = "objects.txt";

/// The folder of a clip's PNG files; `name` is the clip's.
struct IdFolder {
    std::string name;
    std::string path;
};

/// The folder itself where it has PNG files, else its folders that have some, by name.
Result<std::vector<IdFolder>> idFoldersIn(const std::string& path);
/// Names of all that is in the folder, sorted as text; hidden ones too.
Result<std::vector<std::string>> namesIn(const std::string& folder);

/// One clip: frames by name as text, an object for each number but 0 and `background`. Unreadable where
/// sizes differ.
Result<ClipLabels> readIdFolder(const IdFolder& folder, std::uint16_t background = 0);

/// Calls `take` for each PNG file that can be read, by name as text; complains of the others, of other files
/// and of differing sizes.
using TakeIdImage =
    std::function<void(const std::string& path, const std::string& bytes, const IdImage& image)>;
Result<void> checkIdFolder(const IdFolder& folder, Faults& faults, const TakeIdImage& take);

/// Writes FOLDER/CLIP/FRAME.png for each frame. `numbers` by the place of the object.
Result<void> writeIdFolder(ClipJob& job, std::size_t clip, const std::string& folder,
                           const std::vector<std::uint16_t>& numbers);

struct ListedObject {
    std::string category;
    std::string name;
};
/// By clip and number.
using ObjectList = std::map<std::string, std::map<int, ListedObject>>;

std::string objectLines(const ClipJob& job, std::size_t clip, const std::vector<std::uint16_t>& numbers);
/// Complains of lines that are none.
ObjectList parseObjectList(std::string_view text, const std::string& name, Faults& faults);
/// Gives the objects of these clips their names and classes where the list is there.
void nameObjects(Clips& clips, const std::string& folder);

}  // namespace fs2
