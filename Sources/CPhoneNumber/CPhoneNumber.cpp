// SPDX-License-Identifier: Apache-2.0
#include "CPhoneNumber.h"

#include <cstring>
#include <string>

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

size_t cphonenumber_e164(
    const uint8_t *text, size_t length, const uint8_t *region, size_t region_length, uint8_t *out, size_t capacity) {
    try {
        const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        const std::string asked(reinterpret_cast<const char *>(text), length);
        const std::string country(reinterpret_cast<const char *>(region), region_length);
        if (util.Parse(asked, country, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return 0;
        // IS_POSSIBLE alone: not what is possible only within a city. The extension plays no part, and E.164 has none.
        if (util.IsPossibleNumberWithReason(number) != PhoneNumberUtil::IS_POSSIBLE) return 0;
        std::string national;
        util.GetNationalSignificantNumber(number, &national);
        if (national.find_first_not_of(national.substr(0, 1)) == std::string::npos) return 0;
        std::string formatted;
        util.Format(number, PhoneNumberUtil::E164, &formatted);
        if (formatted.empty() || formatted.size() > capacity) return 0;
        std::memcpy(out, formatted.data(), formatted.size());
        return formatted.size();
    } catch (...) {
        return 0;
    }
}
